//! Child processes that end with whoever holds them.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How long a process may take to end of itself.
const GRACE: Duration = Duration::from_secs(5);

/// A process whose standard output is read for what it says of itself.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
}

impl Process {
    /// Starts it and reads its output up to the first line that `find` makes something of.
    pub(crate) fn start<T>(command: &mut Command, find: impl Fn(&str) -> Option<T>) -> Result<(Self, T)> {
        let name = command.get_program().display().to_string();
        let child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().with_context(|| format!("{name} does not start"))?;
        let mut process = Self { child };
        let pipe = process.child.stdout.take().context("no standard output")?;
        let mut lines = BufReader::new(pipe).lines();
        for line in lines.by_ref() {
            if let Some(found) = find(&line?) {
                drain(lines);
                return Ok((process, found));
            }
        }
        bail!("{name} ended before it said where it listens")
    }

    /// Asks it to end, and waits until it has; how long that took.
    pub(crate) fn stop(&mut self) -> Duration {
        let since = Instant::now();
        let _ = kill(Pid::from_raw(self.child.id().cast_signed()), Signal::SIGTERM);
        while since.elapsed() < GRACE && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(5));
        }
        let took = since.elapsed();
        self.kill();
        took
    }

    /// Ends it at once: it can do nothing about it.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.stop();
        }
    }
}

/// A full pipe would block it.
fn drain(lines: Lines<BufReader<ChildStdout>>) {
    std::thread::spawn(move || lines.for_each(drop));
}

/// A folder that is gone afterwards.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Result<Self> {
        static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("interleave-browser-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).with_context(|| path.display().to_string())?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What xtask found: a program or a file.
pub(crate) fn given(name: &str) -> Result<PathBuf> {
    std::env::var_os(name).filter(|value| value != OsStr::new("")).map(PathBuf::from).with_context(|| {
        format!("{name} is not set: `cargo xtask test --only browser` runs these tests, and finds what they need")
    })
}
