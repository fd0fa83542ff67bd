//! Runs on the disk: a log a run, `ID.jsonl`, written as the run goes on, an event a line.
//!
//! ```text
//! ID.jsonl         the log; locked by the server that writes it, so that another one knows that the run is not interrupted
//! ID.trace.json    its lanes in the Chrome trace format, if it has any
//! .ID-N.lanes      the lanes of trial N until the run is over      .ID.part   a file that is not whole yet
//! ID.json          a report of version 0.1, which is still read
//! ```
//!
//! A line is in the kernel's hands before anybody is told of its event: what a client has seen is there after the server has died. It is
//! on the disk itself when the run is over. Nothing is read that is not a file of reasonable size: the folder is the user's, and anything
//! may lie in it.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use protocol::{Catalog, Run, RunEvent};

use super::id::is_id;
use super::stored::{self, Unreadable};

/// A folder of runs.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    folder: Option<PathBuf>,
}

impl Store {
    /// In this folder, which is made if it is missing.
    pub(crate) fn open(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self { folder: Some(folder) })
    }

    /// Keeps nothing.
    pub(crate) fn none() -> Self {
        Self { folder: None }
    }

    /// The log of a new run; `None` if nothing is kept.
    pub(crate) fn begin(&self, id: &str) -> io::Result<Option<LogFile>> {
        let Some(folder) = &self.folder else { return Ok(None) };
        // It may have been removed since.
        fs::create_dir_all(folder)?;
        LogFile::create(&folder.join(format!("{id}.jsonl"))).map(Some)
    }

    /// A stored run and its log; `None` if there is none. The id comes from outside: [`is_id`] first.
    pub(crate) fn load(&self, id: &str, catalog: &Catalog) -> Result<Option<(Run, Vec<RunEvent>)>, Unreadable> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let log = folder.join(format!("{id}.jsonl"));
        stored::end_if_dead(&log, id)?;
        match stored::read_log(&log, id)? {
            Some(events) => Ok(Some((Run::of_log(&events), events))),
            None => {
                let events = stored::read_report(&folder.join(format!("{id}.json")), id, catalog)?;
                Ok(events.map(|events| (Run::of_log(&events), events)))
            }
        }
    }

    /// Puts in order what a server has left that ended in the middle: its runs get their last event, its leftovers are removed. What cannot be
    /// put in order is left alone, and named.
    pub(crate) fn recover(&self) -> Vec<String> {
        let Some(folder) = &self.folder else { return Vec::new() };
        let mut problems = Vec::new();
        let mut live = HashSet::new();
        let names: Vec<String> = match fs::read_dir(folder) {
            Ok(entries) => entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect(),
            Err(error) => return vec![format!("{} cannot be read: {error}", folder.display())],
        };
        for id in names.iter().filter_map(|name| name.strip_suffix(".jsonl")).filter(|id| is_id(id)) {
            match stored::end_if_dead(&folder.join(format!("{id}.jsonl")), id) {
                Ok(stored::Writer::Alive) => drop(live.insert(id.to_owned())),
                Ok(stored::Writer::Dead) => {}
                Err(problem) => problems.push(problem.to_string()),
            }
        }
        for name in names.iter().filter(|name| name.starts_with('.') && (name.ends_with(".lanes") || name.ends_with(".part"))) {
            let owner = name[1..].split(['.', '-']).next().unwrap_or_default();
            if !live.contains(owner) {
                let _ = fs::remove_file(folder.join(name));
            }
        }
        problems
    }

    /// The file for the lanes of a traced trial; `None` if nothing is kept.
    pub(crate) fn lanes_of(&self, id: &str, order: u64) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!(".{id}-{order}.lanes")))
    }

    /// The file with the lanes of a run's traced trials together, in the Chrome trace format.
    pub(crate) fn trace(&self, id: &str) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!("{id}.trace.json")))
    }

    /// Joins the lanes of a run's traced trials into one file, whole or not at all. A trial's file has an event a line, with a comma behind it.
    pub(crate) fn join_lanes(&self, run: &Run) -> io::Result<()> {
        let traced = run.trials.iter().filter(|trial| !trial.planned.is_measured());
        let parts: Vec<PathBuf> = traced.filter_map(|trial| self.lanes_of(run.id(), trial.planned.order)).collect();
        let parts: Vec<&PathBuf> = parts.iter().filter(|part| part.exists()).collect();
        let Some((path, folder)) = self.trace(run.id()).zip(self.folder.as_ref()).filter(|_| !parts.is_empty()) else {
            return Ok(());
        };
        let beside = folder.join(format!(".{}.part", run.id()));
        let joined = join(&parts, &beside, run).and_then(|()| fs::rename(&beside, path));
        if joined.is_err() {
            let _ = fs::remove_file(&beside);
        }
        parts.iter().for_each(|part| drop(fs::remove_file(part)));
        joined
    }
}

fn join(parts: &[&PathBuf], to: &Path, run: &Run) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(to)?);
    file.write_all(b"{\"traceEvents\":[\n")?;
    for part in parts {
        io::copy(&mut File::open(part)?, &mut file)?;
    }
    // The last one has no comma behind it.
    let about = serde_json::json!({"run": run.id(), "experiment": run.submission.experiment});
    let last = serde_json::json!({"ph": "M", "pid": 0, "name": "interleave", "args": about});
    writeln!(file, "{last}\n]}}")?;
    file.flush()
}

/// A log that is being written. Its lock is the kernel's to release, however this process ends.
#[derive(Debug)]
pub(crate) struct LogFile {
    file: File,
    path: PathBuf,
}

impl LogFile {
    fn create(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).create_new(true).open(path)?;
        file.try_lock().map_err(io::Error::from)?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Hands an event to the kernel, a line in one piece.
    pub(crate) fn append(&mut self, event: &RunEvent) -> io::Result<()> {
        self.file.write_all(&stored::line(event)?)
    }

    pub(crate) fn try_clone(&self) -> Option<Self> {
        Some(Self { file: self.file.try_clone().ok()?, path: self.path.clone() })
    }

    /// Waits until what was appended is on the disk, under its name.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync_all()?;
        let here =
            fs::metadata(&self.path).map_err(|error| io::Error::new(error.kind(), format!("its file is gone: {error}")))?;
        if here.ino() != self.file.metadata()?.ino() {
            return Err(io::Error::other("its file has been replaced"));
        }
        // The name itself is on the disk when the folder is.
        self.path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    }
}

/// Where runs are kept unless something else is said: the user's data folder.
pub(crate) fn default_folder() -> Option<PathBuf> {
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let data = data.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/share")))?;
    Some(data.join("interleave/runs"))
}
