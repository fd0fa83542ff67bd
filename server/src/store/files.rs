//! What is a file in the folder: the log of a run that is not over yet, `ID.jsonl`, written as the run goes on, one event per
//! line; and lanes. Logs that are over are moved into the database, see [`super::runs`]; those that cannot be stay, and are read.
//!
//! ```text
//! ID.jsonl         the log; locked by the server that writes it, so that another one knows that the run is not interrupted
//! ID.lanes         its lanes, if it has any; ID.trace.json the same as earlier versions kept them, in the Chrome trace format
//! .ID-N.lanes      the lanes of trial N until the run is over      .ID.part   a log or lanes that are not whole yet
//! ID.json          a report of version 0.1
//! ```
//!
//! A log has its name from its first whole line on. A line is in the kernel's hands before anybody is told of its event: what a
//! client has seen is there after the server has died. It is on the disk itself when the run is finished. Nothing is read that is
//! not a file of reasonable size: the folder is the user's, and anything may lie in it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use protocol::lanes::{LanesHead, write_bundle};
use protocol::{Catalog, Run, RunEvent};

use super::log::{self as stored, TextForm, Unreadable};
use crate::runs::id::{is_id, is_new_id};

/// A folder of runs.
#[derive(Clone, Debug)]
pub(crate) struct RunFiles {
    folder: Option<PathBuf>,
    /// Why there is none, if there should be.
    missing: Option<String>,
}

impl RunFiles {
    /// In this folder, which is made if it is missing.
    pub(crate) fn open(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self { folder: Some(folder), missing: None })
    }

    /// Keeps nothing, which nobody expects it to.
    pub(crate) fn none() -> Self {
        Self { folder: None, missing: None }
    }

    /// Keeps nothing, for this reason, which each run says.
    pub(crate) fn missing(reason: String) -> Self {
        Self { folder: None, missing: Some(reason) }
    }

    /// The log of a new run, with its first event in it; `None` if nothing is to be kept.
    pub(crate) fn begin(&self, id: &str, first: &RunEvent) -> io::Result<Option<LogFile>> {
        if let Some(reason) = &self.missing {
            return Err(io::Error::other(reason.clone()));
        }
        let Some(folder) = &self.folder else { return Ok(None) };
        // It may have been removed since.
        fs::create_dir_all(folder)?;
        LogFile::create(folder, id, first).map(Some)
    }

    /// A stored run and its log; `None` if there is none. The id comes from outside: [`is_id`] first.
    pub(crate) fn load(&self, id: &str, catalog: &Catalog) -> Result<Option<(Run, Vec<RunEvent>)>, Unreadable> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let events = match stored::read_log(&log_path(folder, id), id)? {
            Some(events) => Some(events),
            None => stored::read_report(&folder.join(format!("{id}.json")), id, catalog)?,
        };
        Ok(events.map(|events| (Run::of_log(&events), events)))
    }

    /// The files of runs that may be moved elsewhere, by their names: which run's, and in which form.
    pub(super) fn movable(&self) -> Vec<(PathBuf, TextForm, String)> {
        let Some(folder) = &self.folder else { return Vec::new() };
        let names = fs::read_dir(folder).into_iter().flatten().flatten().filter_map(|entry| entry.file_name().into_string().ok());
        let form = |name: &str| {
            let log = name.strip_suffix(".jsonl").map(|id| (TextForm::Log, id.to_owned()));
            log.or_else(|| name.strip_suffix(".json").map(|id| (TextForm::Report, id.to_owned())))
        };
        let named = names.filter_map(|name| form(&name).map(|(form, id)| (folder.join(&name), form, id)));
        named.filter(|(_, _, id)| is_id(id)).collect()
    }

    /// Puts in order what a server has left that ended in the middle: its runs get their last event, its leftovers are removed.
    /// What cannot be put in order is left alone, and named.
    pub(crate) fn recover(&self) -> Vec<String> {
        let Some(folder) = &self.folder else { return Vec::new() };
        let names: Vec<String> = match fs::read_dir(folder) {
            Ok(entries) => entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect(),
            Err(error) => return vec![format!("{} cannot be read: {error}", folder.display())],
        };
        let logs = names.iter().filter_map(|name| name.strip_suffix(".jsonl")).filter(|id| is_id(id));
        let ended = logs.filter_map(|id| stored::end_if_dead(&log_path(folder, id), id).err());
        let problems = ended.map(|problem| problem.to_string()).collect();
        for (name, id) in names.iter().filter_map(|name| Some((name, owner(name)?))) {
            // Each is looked at when it is its turn: another server may have begun a run since the names were read.
            if !stored::is_locked(&log_path(folder, id)) && stored::is_abandoned(&folder.join(name)) {
                let _ = fs::remove_file(folder.join(name));
            }
        }
        problems
    }

    /// The file for the lanes of a traced trial; `None` if nothing is kept.
    pub(crate) fn lanes_of_trial(&self, id: &str, order: u64) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!(".{id}-{order}.lanes")))
    }

    /// The lanes of a run's traced trials together, to be read; `None` if there are none.
    pub(crate) fn open_lanes(&self, id: &str) -> Option<File> {
        stored::open_file(&self.lanes(id)?).ok().flatten()
    }

    /// The same in the Chrome trace format, as an earlier version has kept them.
    pub(crate) fn open_trace(&self, id: &str) -> Option<File> {
        stored::open_file(&self.folder.as_ref()?.join(format!("{id}.trace.json"))).ok().flatten()
    }

    fn lanes(&self, id: &str) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!("{id}.lanes")))
    }

    /// Joins the lanes of a run's traced trials into one file, whole or not at all. What a trial has left that was stopped while
    /// it wrote is left out.
    pub(crate) fn join_lanes(&self, run: &Run) -> io::Result<()> {
        let traced = run.trials.iter().filter(|trial| !trial.planned.is_measured());
        let parts: Vec<PathBuf> = traced.filter_map(|trial| self.lanes_of_trial(run.id(), trial.planned.order)).collect();
        let parts: Vec<&PathBuf> = parts.iter().filter(|part| part.exists()).collect();
        let Some((path, folder)) = self.lanes(run.id()).zip(self.folder.as_ref()).filter(|_| !parts.is_empty()) else {
            return Ok(());
        };
        let beside = folder.join(format!(".{}.part", run.id()));
        let joined = join(&parts, &beside).and_then(|()| fs::rename(&beside, path));
        if joined.is_err() {
            let _ = fs::remove_file(&beside);
        }
        parts.iter().for_each(|part| drop(fs::remove_file(part)));
        joined
    }
}

fn log_path(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.jsonl"))
}

/// The run that a file is left of, by its name: `.ID-N.lanes` or `.ID.part`. Other files are the user's.
fn owner(name: &str) -> Option<&str> {
    let name = name.strip_prefix('.')?;
    let of_trial = |name: &'_ str| name.strip_suffix(".lanes").and_then(|name| name.rsplit_once('-')).map(|(id, _)| id.len());
    let length = of_trial(name).or_else(|| name.strip_suffix(".part").map(str::len))?;
    name.get(..length).filter(|id| is_new_id(id))
}

fn join(parts: &[&PathBuf], to: &Path) -> io::Result<()> {
    let read = |part: &&PathBuf| {
        let lanes = fs::read(part).ok().filter(|lanes| LanesHead::is_whole(lanes));
        if lanes.is_none() {
            crate::say(&format!("{} holds no whole lanes, and is left out", part.display()));
        }
        lanes
    };
    let mut file = BufWriter::new(File::create(to)?);
    write_bundle(parts.iter().filter_map(read), &mut file)?;
    file.flush()
}

/// A log that is being written. Its lock is the kernel's to release, however this process ends.
#[derive(Debug)]
pub(crate) struct LogFile {
    file: File,
    path: PathBuf,
}

impl LogFile {
    /// It is locked, and has its first line, before it has its name: a log without either is one that a dead server left.
    fn create(folder: &Path, id: &str, first: &RunEvent) -> io::Result<Self> {
        let (path, beside) = (log_path(folder, id), folder.join(format!(".{id}.part")));
        let mut file = OpenOptions::new().read(true).append(true).create_new(true).open(&beside)?;
        let mut begin = || {
            // Nobody holds it for longer than a look.
            file.lock()?;
            file.write_all(&stored::line(first)?)?;
            fs::rename(&beside, &path)
        };
        if let Err(error) = begin() {
            let _ = fs::remove_file(&beside);
            return Err(error);
        }
        Ok(Self { file, path })
    }

    /// Hands an event to the kernel, a whole line at once.
    ///
    /// # Errors
    /// If it cannot be written, or nobody will find it.
    pub(crate) fn append(&mut self, event: &RunEvent) -> io::Result<()> {
        self.file.write_all(&stored::line(event)?)?;
        self.is_there()
    }

    pub(super) fn is_there(&self) -> io::Result<()> {
        let here =
            fs::metadata(&self.path).map_err(|error| io::Error::new(error.kind(), format!("its file is gone: {error}")))?;
        let own = self.file.metadata()?;
        if (here.dev(), here.ino()) == (own.dev(), own.ino()) {
            Ok(())
        } else {
            Err(io::Error::other("its file has been replaced"))
        }
    }

    pub(crate) fn try_clone(&self) -> io::Result<Self> {
        Ok(Self { file: self.file.try_clone()?, path: self.path.clone() })
    }

    /// What was appended until now.
    pub(super) fn text(&self) -> io::Result<Vec<u8>> {
        let mut text = vec![0; usize::try_from(self.file.metadata()?.len()).unwrap_or(0)];
        self.file.read_exact_at(&mut text, 0)?;
        Ok(text)
    }

    /// What was appended is safe elsewhere.
    pub(super) fn remove(&self) -> io::Result<()> {
        self.is_there()?;
        fs::remove_file(&self.path)
    }

    /// Waits until what was appended is on the disk, under its name.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync_all()?;
        self.is_there()?;
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
