//! Finished reports on disk, a file each: a link to a result outlives the server that measured it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use protocol::Report;
use protocol::plan::is_traced;

/// A folder of reports.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    folder: Option<PathBuf>,
}

impl Store {
    /// In this folder, which is made where it is missing.
    pub(crate) fn open(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self { folder: Some(folder) })
    }

    /// Keeps nothing.
    pub(crate) fn none() -> Self {
        Self { folder: None }
    }

    /// Whole or not at all: written beside its place, and moved there when it is on the disk.
    pub(crate) fn save(&self, report: &Report) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let beside = folder.join(format!(".{}.part", report.id));
        let mut file = File::create(&beside)?;
        file.write_all(&serde_json::to_vec(report)?)?;
        file.sync_all()?;
        fs::rename(&beside, folder.join(format!("{}.json", report.id)))?;
        // The move itself is on the disk when the folder is.
        File::open(folder)?.sync_all()
    }

    /// The file for the lanes of a traced trial; `None` where nothing is kept.
    pub(crate) fn lanes_of(&self, id: &str, order: u64) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!(".{id}-{order}.lanes")))
    }

    /// The file with the lanes of a run's traced trials together, in the Chrome trace format.
    pub(crate) fn trace(&self, id: &str) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!("{id}.trace.json")))
    }

    /// Joins the lanes of a run's traced trials into one file. A trial's file has an event a line, with a comma behind it.
    pub(crate) fn join_lanes(&self, report: &Report) -> io::Result<()> {
        let traced = report.trials.iter().filter(|trial| is_traced(&trial.label));
        let parts: Vec<PathBuf> = traced.filter_map(|trial| self.lanes_of(&report.id, trial.order)).collect();
        let Some(path) = self.trace(&report.id).filter(|_| parts.iter().any(|part| part.exists())) else { return Ok(()) };
        let mut file = BufWriter::new(File::create(path)?);
        file.write_all(b"{\"traceEvents\":[\n")?;
        for part in parts.iter().filter(|part| part.exists()) {
            io::copy(&mut File::open(part)?, &mut file)?;
            fs::remove_file(part)?;
        }
        // The last one has no comma behind it.
        let about = serde_json::json!({"ph": "M", "pid": 0, "name": "interleave", "args": {"run": report.id, "experiment": report.experiment}});
        writeln!(file, "{about}\n]}}")?;
        file.flush()
    }

    /// The report of a run that an earlier server has finished. The id comes from outside: [`is_id`](super::id::is_id) first.
    pub(crate) fn load(&self, id: &str) -> Option<Report> {
        let path = self.folder.as_ref()?.join(format!("{id}.json"));
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }
}

/// Where reports are kept unless something else is said: the user's data folder.
pub(crate) fn default_folder() -> Option<PathBuf> {
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let data = data.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/share")))?;
    Some(data.join("interleave/runs"))
}
