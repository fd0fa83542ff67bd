//! A long step that says how far it is.
//!
//! On a terminal the program's own progress is shown (cargo's is better than anything said about it from outside). Elsewhere, in
//! CI or in a log, a line every few seconds says what has been going on for how long, and the output is shown only if the step
//! fails.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail};

use crate::process::{BEAT, Owned, go_on};
use crate::tell;

/// Between two lines that say that something is still going on.
const PULSE: Duration = Duration::from_secs(10);
/// How much of a failed step's output is shown.
const LAST_LINES: usize = 60;

/// Runs `command` to its end; an error if that is not success.
pub(crate) fn run(what: &str, command: &mut Command) -> Result<()> {
    tell(&format!("{what} …"));
    let since = Instant::now();
    let mut last = VecDeque::new();
    let status = if std::io::stderr().is_terminal() {
        Owned::start(what, command.stdin(Stdio::null()))?.wait(|| ())?
    } else {
        let mut pulse = Pulse::new(what, since);
        follow(what, command, |line| match line {
            Some(line) => {
                if last.len() == LAST_LINES {
                    last.pop_front();
                }
                last.push_back(line);
            }
            None => pulse.beat(|| last.back().map(|line| line.trim().to_owned())),
        })?
    };
    if status.success() {
        if since.elapsed() >= PULSE {
            tell(&format!("{what}: {}", elapsed(since)));
        }
        return Ok(());
    }
    for line in last {
        tell(&format!("    {line}"));
    }
    bail!("{what} failed: {status}")
}

/// Runs `command` and shows what it prints as it comes, every line also given to `see`.
pub(crate) fn shown(what: &str, command: &mut Command, mut see: impl FnMut(&str)) -> Result<ExitStatus> {
    let mut pulse = Pulse::new(what, Instant::now());
    follow(what, command, |line| match line {
        Some(line) => {
            tell(&line);
            see(&line);
            pulse.rest();
        }
        // Only if nothing else is said: a link step, a long test.
        None => pulse.beat(|| None),
    })
}

/// Runs `command` to its end and gives each line that it prints to `each`, and `None` at every beat without one.
fn follow(what: &str, command: &mut Command, mut each: impl FnMut(Option<String>)) -> Result<ExitStatus> {
    let mut child = Owned::start(what, command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let lines = lines(&mut child);
    let status = loop {
        go_on()?;
        match lines.recv_timeout(BEAT) {
            Ok(line) => each(Some(line)),
            Err(RecvTimeoutError::Timeout) => {
                each(None);
                if let Some(status) = child.ended()? {
                    break status;
                }
            }
            Err(RecvTimeoutError::Disconnected) => break child.wait(|| each(None))?,
        }
    };
    // Stops everything it left behind; anything that got away and holds the pipes is not waited for.
    drop(child);
    while let Ok(line) = lines.recv_timeout(Duration::from_millis(200)) {
        each(Some(line));
    }
    Ok(status)
}

fn lines(child: &mut Owned) -> Receiver<String> {
    let (sender, lines) = sync_channel(1024);
    let (stdout, stderr) = child.pipes();
    if let Some(pipe) = stdout {
        read(pipe, sender.clone());
    }
    if let Some(pipe) = stderr {
        read(pipe, sender);
    }
    lines
}

fn read(pipe: impl Read + Send + 'static, lines: SyncSender<String>) {
    std::thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        // Bytes, not text: a test may print anything.
        while pipe.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            if lines.send(String::from_utf8_lossy(&line).trim_end().to_owned()).is_err() {
                return;
            }
            line.clear();
        }
    });
}

/// A step that goes on beside others. What it prints goes into a file, and is shown only if it fails: two programs' progress on
/// one terminal is nobody's. Dropping it stops it.
pub(crate) struct Beside {
    what: String,
    child: Owned,
    output: PathBuf,
    since: SystemTime,
    took: Option<Duration>,
}

impl Beside {
    pub(crate) fn start(what: &str, command: &mut Command, output: PathBuf) -> Result<Self> {
        if let Some(folder) = output.parent() {
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        let file = File::create(&output).with_context(|| output.display().to_string())?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let since = SystemTime::now();
        Ok(Self { what: what.to_owned(), child: Owned::start(what, command)?, output, since, took: None })
    }

    /// How long it took, once it has succeeded; an error if it has not.
    pub(crate) fn ended(&mut self) -> Result<Option<Duration>> {
        if self.took.is_some() {
            return Ok(self.took);
        }
        let Some(status) = self.child.ended()? else { return Ok(None) };
        if !status.success() {
            let output = fs::read(&self.output).unwrap_or_default();
            let output = String::from_utf8_lossy(&output);
            let lines: Vec<&str> = output.lines().collect();
            for line in &lines[lines.len().saturating_sub(LAST_LINES)..] {
                tell(&format!("    {line}"));
            }
            bail!("{} failed: {status}", self.what);
        }
        // It may have ended long before anybody asked: then it wrote its last line.
        let written = fs::metadata(&self.output).and_then(|file| file.modified()).ok();
        self.took = written.and_then(|end| end.duration_since(self.since).ok()).or(Some(Duration::ZERO));
        Ok(self.took)
    }
}

/// Says that something is still going on.
pub(crate) struct Pulse {
    what: String,
    since: Instant,
    last: Instant,
}

impl Pulse {
    pub(crate) fn new(what: &str, since: Instant) -> Self {
        Self { what: what.to_owned(), since, last: Instant::now() }
    }

    /// Call often; it speaks rarely.
    pub(crate) fn beat(&mut self, doing: impl FnOnce() -> Option<String>) {
        if self.last.elapsed() >= PULSE {
            self.rest();
            let doing = doing().map(|doing| format!(" ({doing})")).unwrap_or_default();
            tell(&format!("{}: {} so far{doing}", self.what, elapsed(self.since)));
        }
    }

    /// Something else was said: no need to speak for a while.
    fn rest(&mut self) {
        self.last = Instant::now();
    }
}

/// "3 min 20 s", "0.4 s"
pub(crate) fn elapsed(since: Instant) -> String {
    in_words(since.elapsed())
}

/// "3 min 20 s", "0.4 s"
pub(crate) fn in_words(took: Duration) -> String {
    match took.as_secs() {
        0..10 => format!("{:.1} s", took.as_secs_f64()),
        seconds @ 10..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}
