//! What is stored of a run, read back without trusting it: a log of this version, or a report of version 0.1.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use protocol::draft::MOST_TRIALS;
use protocol::log::LOG_VERSION;
use protocol::parameter::grouped;
use protocol::plan::plan_size;
use protocol::{Catalog, Experiment, Happening, Run, RunEvent};
use rustix::fs::OFlags;
use serde::Deserialize;

use super::version_1;

/// More than the longest log of an experiment that can be submitted: a thousand trials of some 25 kB each.
pub(super) const LARGEST_BYTES: u64 = 64 * 1024 * 1024;

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
    pub(crate) fn new(path: &Path, reason: impl fmt::Display) -> Self {
        Self { path: path.to_owned(), reason: reason.to_string() }
    }
}

/// An event as it is stored.
pub(super) fn line(event: &RunEvent) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(event)?;
    line.push(b'\n');
    Ok(line)
}

/// The events of a stored log; `None` if there is none. If its server died before it could write the last one, that is among
/// them.
pub(super) fn read_log(path: &Path, id: &str) -> Result<Option<Vec<RunEvent>>, Unreadable> {
    let Some(mut file) = open(path)? else { return Ok(None) };
    let dead = file.try_lock().is_ok();
    let log = log(&mut file, path, id)?;
    let mut events = log.events;
    if let Some(last) = end_of(&events).filter(|_| dead) {
        // In a folder that cannot be written to it is the same one each time.
        let _ = write_end(path, log.bytes, &last);
        events.push(last);
    }
    Ok(Some(events))
}

/// A report of version 0.1 as a log; `None` if there is none.
pub(super) fn read_report(path: &Path, id: &str, catalog: &Catalog) -> Result<Option<Vec<RunEvent>>, Unreadable> {
    let Some(mut file) = open(path)? else { return Ok(None) };
    let text = contents(&mut file, path)?;
    events(TextForm::Report, &text, id, catalog).map(Some).map_err(|reason| Unreadable::new(path, reason))
}

/// Writes the last event of a log if its server has died before it could.
pub(super) fn end_if_dead(path: &Path, id: &str) -> Result<(), Unreadable> {
    let Some(mut file) = open(path)? else { return Ok(()) };
    let unreadable = |error: io::Error| Unreadable::new(path, error);
    if file.try_lock().is_err() || ends(&mut file).map_err(unreadable)? {
        return Ok(());
    }
    let log = log(&mut file, path, id)?;
    end_of(&log.events).map_or(Ok(()), |last| write_end(path, log.bytes, &last)).map_err(unreadable)
}

/// Whether a server writes this file. Nobody does if it cannot be opened.
pub(super) fn is_locked(path: &Path) -> bool {
    open_file(path).ok().flatten().is_some_and(|file| file.try_lock().is_err())
}

/// Whether this is a file that a server has left in the middle of writing it. An empty one may not have been locked yet.
pub(super) fn is_abandoned(path: &Path) -> bool {
    let file = open_file(path).ok().flatten();
    file.is_some_and(|file| file.metadata().is_ok_and(|about| about.len() > 0) && file.try_lock().is_ok())
}

/// The last event of a log whose server has died: the run was interrupted, or had nothing left to run. `None` if it is over.
fn end_of(events: &[RunEvent]) -> Option<RunEvent> {
    let run = Run::of_log(events);
    let what = if run.is_complete() { Happening::Finished { conditions: None } } else { Happening::Interrupted };
    let at_ms = events.last().map_or(0, |event| event.at_ms);
    (!run.state.is_over()).then(|| RunEvent { number: run.last_event + 1, at_ms, what })
}

/// Writes it behind the whole lines: what stands behind those was being written when the server died.
fn write_end(path: &Path, whole: u64, last: &RunEvent) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.set_len(whole)?;
    file.seek(SeekFrom::End(0))?;
    file.write_all(&line(last)?)?;
    file.sync_all()
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

/// Opens what is a file of reasonable size.
fn open(path: &Path) -> Result<Option<File>, Unreadable> {
    let Some(file) = open_file(path).map_err(|error| Unreadable::new(path, error))? else { return Ok(None) };
    let size = file.metadata().map_err(|error| Unreadable::new(path, error))?.len();
    if size > LARGEST_BYTES {
        let (size, most) = (size / 1_000_000, LARGEST_BYTES / 1_000_000);
        return Err(Unreadable::new(path, format!("it has {size} MB, and a stored run has at most {most} MB")));
    }
    Ok(Some(file))
}

/// Opens a regular file, and does not wait for anything else (a pipe that nobody writes to). `None` if there is nothing.
pub(super) fn open_file(path: &Path) -> io::Result<Option<File>> {
    let flags = i32::try_from((OFlags::NONBLOCK | OFlags::CLOEXEC).bits()).unwrap_or(0);
    let file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    if file.metadata()?.is_file() { Ok(Some(file)) } else { Err(io::Error::other("it is not a file")) }
}

fn contents(file: &mut File, path: &Path) -> Result<Vec<u8>, Unreadable> {
    let mut text = Vec::new();
    file.take(LARGEST_BYTES).read_to_end(&mut text).map_err(|error| Unreadable::new(path, error))?;
    Ok(text)
}

/// The whole lines of a log.
struct WholeLines {
    events: Vec<RunEvent>,
    /// How long they are together.
    bytes: u64,
}

fn log(file: &mut File, path: &Path, id: &str) -> Result<WholeLines, Unreadable> {
    whole_lines(&contents(file, path)?, id).map_err(|reason| Unreadable::new(path, reason))
}

/// Reads a log up to its last event. A last line without its end was being written when the server died: nobody was told.
fn whole_lines(text: &[u8], id: &str) -> Result<WholeLines, String> {
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(&[][..], |end| &text[..=end]);
    let mut lines = WholeLines { events: Vec::new(), bytes: 0 };
    for (number, line) in (1..).zip(whole.split_inclusive(|byte| *byte == b'\n')) {
        let wrong = |reason: String| format!("line {number}: {reason}");
        if number == 1 {
            check_version(line)?;
        }
        let event: RunEvent = serde_json::from_slice(line).map_err(|error| wrong(error.to_string()))?;
        if event.number != number {
            return Err(wrong(format!("it has the number {}", event.number)));
        }
        let last = event.what.is_last();
        lines.events.push(event);
        lines.bytes += line.len() as u64;
        if last {
            break;
        }
    }
    check(&lines.events, id)?;
    Ok(lines)
}

/// What a stored run's text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextForm {
    /// A report of version 0.1.
    Report = 1,
    /// A log, an event a line.
    Log = 2,
}

impl TextForm {
    pub(super) fn of(number: i64) -> Option<Self> {
        [Self::Report, Self::Log].into_iter().find(|form| *form as i64 == number)
    }
}

/// The events of a run that is over, from the text that is stored of it.
pub(super) fn events(form: TextForm, text: &[u8], id: &str, catalog: &Catalog) -> Result<Vec<RunEvent>, String> {
    match form {
        TextForm::Report => version_1::log_of(text, id, catalog),
        TextForm::Log => {
            let mut events = whole_lines(text, id)?.events;
            events.extend(end_of(&events));
            Ok(events)
        }
    }
}

/// A file of a run that is over, as it is to be moved elsewhere. Whoever has it is the only one.
#[derive(Debug)]
pub(super) struct Leaving {
    _locked: File,
    path: PathBuf,
    pub(super) text: Vec<u8>,
    pub(super) submitted_ms: u64,
}

impl Leaving {
    /// If it is such a file; `None` if it is gone or is being written.
    pub(super) fn open(path: &Path, form: TextForm, id: &str, catalog: &Catalog) -> Result<Option<Self>, Unreadable> {
        let Some(mut file) = open(path)? else { return Ok(None) };
        if file.try_lock().is_err() {
            return Ok(None);
        }
        let mut text = contents(&mut file, path)?;
        let unreadable = |reason: String| Unreadable::new(path, reason);
        let events = match form {
            TextForm::Report => events(form, &text, id, catalog).map_err(unreadable)?,
            TextForm::Log => {
                let lines = whole_lines(&text, id).map_err(unreadable)?;
                text.truncate(usize::try_from(lines.bytes).unwrap_or(usize::MAX));
                // In a folder that cannot be written to it has no end yet.
                if let Some(end) = end_of(&lines.events) {
                    text.extend(line(&end).map_err(|error| unreadable(error.to_string()))?);
                }
                lines.events
            }
        };
        let submitted_ms = Run::of_log(&events).submission.submitted_ms;
        Ok(Some(Self { _locked: file, path: path.to_owned(), text, submitted_ms }))
    }

    /// It is safe elsewhere.
    pub(super) fn remove(self) -> io::Result<()> {
        std::fs::remove_file(&self.path)
    }
}

/// Before anything else of it is read: another version may look different in everything else.
fn check_version(line: &[u8]) -> Result<(), String> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u32,
    }
    match serde_json::from_slice(line) {
        Ok(Versioned { version }) if version != LOG_VERSION => {
            Err(format!("it is of version {version}, and this program reads 1 and {LOG_VERSION}"))
        }
        _ => Ok(()),
    }
}

fn check(events: &[RunEvent], id: &str) -> Result<(), String> {
    let Some(Happening::Submitted(submission)) = events.first().map(|event| &event.what) else {
        return Err("it does not say what was submitted".to_owned());
    };
    if submission.id != id {
        return Err(format!("it is of the run {}", submission.id));
    }
    let ended = events.iter().filter(|event| matches!(event.what, Happening::TrialFinished { .. })).count();
    check_size(&submission.experiment, ended)
}

/// Whether an experiment and the trials that have ended are few enough to be laid out.
pub(super) fn check_size(experiment: &Experiment, ended: usize) -> Result<(), String> {
    match plan_size(experiment) {
        Some(planned) if planned.max(ended as u64) <= MOST_TRIALS => Ok(()),
        _ => Err(format!("it has more trials than any experiment may have: over {}", grouped(MOST_TRIALS))),
    }
}
