//! The signals that ask the program to end.

use std::io;

use rustix::process::Signal;
use tokio::signal::unix::{Signal as Signals, SignalKind, signal};

/// Who asked: `128 +` its number is the status that a shell expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caught {
    /// The terminal was closed: SIGHUP.
    HungUp = 1,
    /// Ctrl-C: SIGINT.
    Interrupted = 2,
    /// A polite kill: SIGTERM.
    Terminated = 15,
}

impl Caught {
    pub(super) fn status(self) -> u8 {
        128 + self as u8
    }
}

/// Listens from now on, and waits for one of them. Within a runtime.
pub(super) fn asked_to_stop() -> io::Result<impl Future<Output = Caught>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let mut hangup = hangup()?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => Caught::Interrupted,
            _ = terminate.recv() => Caught::Terminated,
            Some(()) = async { hangup.as_mut()?.recv().await } => Caught::HungUp,
        }
    })
}

/// From now on a write past the limit on the size of files (`ulimit -f`) fails as on a full disk, and is not the end of the
/// program. A trial's process has none of this.
pub(super) fn outlive_file_size_limit() -> io::Result<()> {
    signal(SignalKind::from_raw(Signal::XFSZ.as_raw())).map(drop)
}

/// `None` under nohup: a person who starts the program in that way wants it to outlive the terminal, and to listen would undo
/// that.
fn hangup() -> io::Result<Option<Signals>> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if ignores_hangup(&status) { Ok(None) } else { signal(SignalKind::hangup()).map(Some) }
}

/// `status` is Linux's text on a process: `SigIgn` has a bit for each ignored signal, the lowest is SIGHUP's.
fn ignores_hangup(status: &str) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nohup_shows_in_the_lowest_bit() {
        assert!(ignores_hangup("Name:\tx\nSigIgn:\t0000000000001001\n"));
        assert!(!ignores_hangup("SigBlk:\t0000000000000001\nSigIgn:\t0000000000001000\n"));
        assert!(!ignores_hangup(""));
    }
}
