//! What is stored of a run, read back without trusting it: a log of this version, or a report of version 0.1.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use protocol::log::LOG_VERSION;
use protocol::{Catalog, Happening, Run, RunEvent};
use rustix::fs::OFlags;

use super::version_1;

/// The longest log of an experiment that can be submitted is some megabytes.
const LARGEST_BYTES: u64 = 32 * 1024 * 1024;

/// A stored run that is there and cannot be read.
#[derive(Debug)]
pub(crate) struct Unreadable {
    path: PathBuf,
    reason: String,
}

/// "runs/abc.jsonl cannot be read: line 3: expected value"
impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be read: {}", self.path.display(), self.reason)
    }
}

impl Unreadable {
    fn new(path: &Path, reason: impl fmt::Display) -> Self {
        Self { path: path.to_owned(), reason: reason.to_string() }
    }
}

/// An event as it is stored.
pub(super) fn line(event: &RunEvent) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(event)?;
    line.push(b'\n');
    Ok(line)
}

/// The events of a stored log; `None` if there is none. A last line without its end was being written when the server died: nobody was told.
pub(super) fn read_log(path: &Path, id: &str) -> Result<Option<Vec<RunEvent>>, Unreadable> {
    let Some(mut file) = open(path)? else { return Ok(None) };
    events(&mut file, path, id).map(Some)
}

/// A report of version 0.1 as a log; `None` if there is none.
pub(super) fn read_report(path: &Path, id: &str, catalog: &Catalog) -> Result<Option<Vec<RunEvent>>, Unreadable> {
    let Some(mut file) = open(path)? else { return Ok(None) };
    let text = contents(&mut file, path)?;
    version_1::log_of(&text, id, catalog).map(Some).map_err(|reason| Unreadable::new(path, reason))
}

/// Whether a log's server still writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writer {
    Alive,
    Dead,
}

/// Gives a log its last event if its server has died before it could: it was interrupted, or had nothing left to run.
pub(super) fn end_if_dead(path: &Path, id: &str) -> Result<Writer, Unreadable> {
    let Some(mut file) = open(path)? else { return Ok(Writer::Dead) };
    if file.try_lock().is_err() {
        return Ok(Writer::Alive);
    }
    let unreadable = |error: io::Error| Unreadable::new(path, error);
    if ends(&mut file).map_err(unreadable)? {
        return Ok(Writer::Dead);
    }
    let events = events(&mut file, path, id)?;
    let run = Run::of_log(&events);
    let what = if run.is_complete() { Happening::Finished { conditions: None } } else { Happening::Interrupted };
    let at_ms = events.last().map_or(0, |event| event.at_ms);
    let last = RunEvent { number: run.last_event + 1, at_ms, what };
    let whole: u64 = events.iter().filter_map(|event| line(event).ok()).map(|line| line.len() as u64).sum();
    let write = || {
        let mut file = OpenOptions::new().write(true).open(path)?;
        // What was being written when the server died.
        file.set_len(whole)?;
        file.seek(SeekFrom::End(0))?;
        file.write_all(&line(&last)?)?;
        file.sync_all()
    };
    write().map_err(unreadable)?;
    Ok(Writer::Dead)
}

/// Whether the last whole line is a last event: the tail alone is read, for there may be thousands of logs.
fn ends(file: &mut File) -> io::Result<bool> {
    const LONGEST_END: u64 = 4096;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LONGEST_END)))?;
    let mut tail = Vec::new();
    file.take(LONGEST_END).read_to_end(&mut tail)?;
    file.seek(SeekFrom::Start(0))?;
    let Some(text) = tail.strip_suffix(b"\n") else { return Ok(false) };
    let last = text.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(serde_json::from_slice::<RunEvent>(last).is_ok_and(|event| event.what.is_last()))
}

/// Opens what is a file, and does not wait for what is none (a pipe that nobody writes to).
fn open(path: &Path) -> Result<Option<File>, Unreadable> {
    let flags = i32::try_from((OFlags::NONBLOCK | OFlags::CLOEXEC).bits()).unwrap_or(0);
    let file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Unreadable::new(path, error)),
    };
    let about = file.metadata().map_err(|error| Unreadable::new(path, error))?;
    if !about.is_file() {
        return Err(Unreadable::new(path, "it is not a file"));
    }
    if about.len() > LARGEST_BYTES {
        let (size, most) = (about.len() / 1_000_000, LARGEST_BYTES / 1_000_000);
        return Err(Unreadable::new(path, format!("it has {size} MB, and a stored run has at most {most} MB")));
    }
    Ok(Some(file))
}

fn contents(file: &mut File, path: &Path) -> Result<Vec<u8>, Unreadable> {
    let mut text = Vec::new();
    file.take(LARGEST_BYTES).read_to_end(&mut text).map_err(|error| Unreadable::new(path, error))?;
    Ok(text)
}

fn events(file: &mut File, path: &Path, id: &str) -> Result<Vec<RunEvent>, Unreadable> {
    let text = contents(file, path)?;
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(&[][..], |end| &text[..=end]);
    let mut events: Vec<RunEvent> = Vec::new();
    for (index, line) in whole.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let wrong = |reason: String| Unreadable::new(path, format!("line {}: {reason}", index + 1));
        let event: RunEvent = serde_json::from_slice(line).map_err(|error| wrong(error.to_string()))?;
        if event.number != index as u64 + 1 {
            return Err(wrong(format!("it has the number {}", event.number)));
        }
        events.push(event);
    }
    match events.first().map(|event| &event.what) {
        Some(Happening::Submitted(submission)) if submission.version != LOG_VERSION => {
            let version = submission.version;
            Err(Unreadable::new(path, format!("it is of version {version}, and this program reads 1 and {LOG_VERSION}")))
        }
        Some(Happening::Submitted(submission)) if submission.id != id => {
            Err(Unreadable::new(path, format!("it is of the run {}", submission.id)))
        }
        Some(Happening::Submitted(_)) => Ok(events),
        _ => Err(Unreadable::new(path, "it does not say what was submitted")),
    }
}
