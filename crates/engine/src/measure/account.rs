//! The kernel's accounts of a thread, read at each moment where it gives no records of switches: its CPU time says how long it ran
//! since the moment before, the scheduler's run delay how long it could have run and had no core; the rest it was blocked.

use std::fs::File;
use std::os::unix::fs::FileExt;

use nix::time::{ClockId, clock_gettime};

/// The accounts of the thread that opened them.
pub(super) struct Account {
    schedstat: Option<File>,
    ran: u64,
    waited: u64,
}

impl Account {
    pub(super) fn open() -> Self {
        let schedstat = File::open("/proc/thread-self/schedstat").ok();
        Self { ran: ran(), waited: schedstat.as_ref().map_or(0, |schedstat| of_schedstat(schedstat)[1]), schedstat }
    }

    /// How long the thread ran since the last time, and how long it could have and had no core.
    pub(super) fn since(&mut self) -> (u64, u64) {
        let (ran, waited) = (ran(), self.schedstat.as_ref().map_or(0, |schedstat| of_schedstat(schedstat)[1]));
        let since = (ran.saturating_sub(self.ran), waited.saturating_sub(self.waited));
        (self.ran, self.waited) = (ran, waited);
        since
    }

    /// What the accounts themselves took belongs to nothing that is measured.
    pub(super) fn leave_out_own(&mut self) {
        self.ran = ran();
    }
}

/// Nanoseconds of the clock that the kernel's records of switches have.
pub(super) fn now() -> u64 {
    read(ClockId::CLOCK_MONOTONIC)
}

/// CPU time of this thread, nanoseconds.
pub(super) fn ran() -> u64 {
    read(ClockId::CLOCK_THREAD_CPUTIME_ID)
}

fn read(clock: ClockId) -> u64 {
    clock_gettime(clock).map_or(0, |time| u64::try_from(time.tv_sec() * 1_000_000_000 + time.tv_nsec()).unwrap_or(0))
}

/// How long this thread ran, and how long it could have run and had no core, nanoseconds: the first two numbers of its schedstat,
/// see the kernel's Documentation/scheduler/sched-stats.
pub(super) fn of_schedstat(schedstat: &File) -> [u64; 2] {
    let mut text = [0; 64];
    let length = schedstat.read_at(&mut text, 0).unwrap_or(0);
    let text = std::str::from_utf8(&text[..length]).unwrap_or_default();
    let mut numbers = text.split_ascii_whitespace().map(|number| number.parse().unwrap_or(0));
    [numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)]
}
