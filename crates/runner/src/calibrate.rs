//! What this machine's clock and scheduler cost, measured in a process of its own in a twentieth of a second.
//!
//! To wake a thread on another core can cost tens of times what it costs on the same one, and on a virtual machine it does;
//! everyone who reads a comparison of threads and tasks has to know it. Source of the method: L. McVoy, C. Staelin, "lmbench"
//! (1996), lat_ctx.

use std::io::Write;
use std::os::fd::AsFd;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use protocol::machine::{Calibration, CorePair, Costs};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use crate::cores::{allowed, keep_to, relation};
use crate::job::Cancel;
use crate::lock::MachineLock;
use crate::watch::wait_on;

/// The first argument of a child that calibrates.
pub(crate) const CALIBRATE_ROLE: &str = "calibrate";

/// Each of the measurements takes about this long.
const EACH: Duration = Duration::from_millis(15);

/// Another server's trial is not to be disturbed; nor is anybody to wait for long.
const PATIENCE: Duration = Duration::from_secs(2);

/// Measures in a child of this executable. `None` if there can be none, or others keep measuring.
#[must_use]
pub fn calibration() -> Option<Calibration> {
    let lock = MachineLock::open().ok()?;
    let since = Instant::now();
    while !lock.take() {
        if since.elapsed() > PATIENCE {
            return None;
        }
        thread::sleep(Duration::from_millis(10));
    }
    let calibration = calibrate_in_child(None);
    lock.release();
    calibration
}

/// The same for one who holds the machine's lock, and may be asked to give up meanwhile.
pub(crate) fn calibrate_in_child(cancel: Option<&Cancel>) -> Option<Calibration> {
    let program = std::env::current_exe().ok()?;
    let mut child = Command::new(program)
        .arg(CALIBRATE_ROLE)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    if let (Some(cancel), Ok(ends)) = (cancel, pidfd_open(Pid::from_child(&child), PidfdFlags::empty())) {
        while !wait_on(&[ends.as_fd(), cancel.fd()]) && !cancel.is_asked() {}
        if cancel.is_asked() {
            let _ = child.kill();
        }
    }
    // What it says is a line, which the pipe holds until it is read here.
    serde_json::from_slice(&child.wait_with_output().ok()?.stdout).ok()
}

/// The child's side: measures and says what came out.
pub(crate) fn calibrate() -> ! {
    let cores = allowed();
    let (one, other) = (cores.first().copied(), cores.last().copied());
    let pair = one.zip(other).filter(|(one, other)| one != other);
    let clock = clock();
    let same = wake(one, one);
    let across = pair.map(|(one, other)| wake(Some(one), Some(other)));
    let timer = timer();
    let costs = |of: fn(&Sorted) -> u64| Costs {
        clock_ns: of(&clock),
        wake_same_core_ns: of(&same),
        wake_cross_core_ns: across.as_ref().map(of),
        timer_late_ns: of(&timer),
    };
    let median = costs(Sorted::median);
    let calibration = Calibration {
        clock_ns: median.clock_ns,
        wake_same_core_ns: median.wake_same_core_ns,
        wake_cross_core_ns: median.wake_cross_core_ns,
        timer_late_ns: median.timer_late_ns,
        least: Some(costs(Sorted::least)),
        p90: Some(costs(Sorted::p90)),
        pair: pair.map(|(one, other)| CorePair { one: one as u64, other: other as u64, relation: relation(one, other) }),
    };
    let _ = writeln!(std::io::stdout(), "{}", serde_json::to_string(&calibration).unwrap_or_default());
    std::process::exit(0)
}

/// Times of the same thing, ascending.
struct Sorted(Vec<Duration>);

impl Sorted {
    fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// The time that this share of them does not exceed, nanoseconds; 0 of none.
    fn at(&self, share: f64) -> u64 {
        let at = ((self.0.len() as f64 * share) as usize).min(self.0.len().saturating_sub(1));
        self.0.get(at).map_or(0, |time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
    }

    fn least(&self) -> u64 {
        self.at(0.0)
    }

    fn median(&self) -> u64 {
        self.at(0.5)
    }

    fn p90(&self) -> u64 {
        self.at(0.9)
    }
}

/// One reading: of batches, each over its length.
fn clock() -> Sorted {
    const BATCH: u32 = 1_000;
    let mut means = Vec::new();
    let since = Instant::now();
    while since.elapsed() < EACH / 3 {
        let batch = Instant::now();
        for _ in 0..BATCH {
            std::hint::black_box(Instant::now());
        }
        means.push(batch.elapsed() / BATCH);
    }
    Sorted::new(means)
}

/// Half of a round trip between two threads that park (a futex each way) and wake each other, kept to these cores.
fn wake(one: Option<usize>, other: Option<usize>) -> Sorted {
    let turn = Arc::new(AtomicBool::new(false));
    let over = Arc::new(AtomicBool::new(false));
    let first = thread::current();
    let second = {
        let (turn, over) = (Arc::clone(&turn), Arc::clone(&over));
        thread::spawn(move || {
            stay_on(other);
            while !over.load(Ordering::Acquire) {
                wait_for(&turn, true);
                hand_over(&turn, false, &first);
            }
        })
    };
    stay_on(one);
    let mut halves = Vec::new();
    let since = Instant::now();
    while since.elapsed() < EACH {
        let trip = Instant::now();
        hand_over(&turn, true, second.thread());
        wait_for(&turn, false);
        halves.push(trip.elapsed() / 2);
    }
    over.store(true, Ordering::Release);
    hand_over(&turn, true, second.thread());
    let _ = second.join();
    Sorted::new(halves)
}

fn wait_for(turn: &AtomicBool, mine: bool) {
    while turn.load(Ordering::Acquire) != mine {
        thread::park();
    }
}

fn hand_over(turn: &AtomicBool, to: bool, other: &Thread) {
    turn.store(to, Ordering::Release);
    other.unpark();
}

/// How much longer than asked a sleep of a millisecond takes.
fn timer() -> Sorted {
    const ASKED: Duration = Duration::from_millis(1);
    let late = |_| {
        let since = Instant::now();
        thread::sleep(ASKED);
        since.elapsed().saturating_sub(ASKED)
    };
    Sorted::new((0..10).map(late).collect())
}

/// If the kernel does not allow it, the thread is measured on whichever core it runs.
fn stay_on(core: Option<usize>) {
    let _ = core.map(|core| keep_to(&[core]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn least_median_and_p90_are_told_of_times_in_any_order() {
        let times = Sorted::new([9, 1, 3, 2, 4, 5, 6, 7, 8, 10].map(Duration::from_nanos).to_vec());
        assert_eq!([times.least(), times.median(), times.p90()], [1, 6, 10]);
        assert_eq!(Sorted::new(Vec::new()).median(), 0);
    }
}
