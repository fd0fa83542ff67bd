//! What this machine's clock and scheduler cost, measured in a process of its own in a twentieth of a second.
//!
//! To wake a thread on another core can cost tens of times what it costs on the same one, and on a virtual machine it does;
//! everyone who reads a comparison of threads and tasks has to know it. Source of the method: L. McVoy, C. Staelin, "lmbench"
//! (1996), lat_ctx.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use protocol::machine::Calibration;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::lock::MachineLock;

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
    let program = std::env::current_exe().ok()?;
    let child = Command::new(program).arg(CALIBRATE_ROLE).stdin(Stdio::null()).stderr(Stdio::null()).output();
    lock.release();
    serde_json::from_slice(&child.ok()?.stdout).ok()
}

/// The child's side: measures and says what came out.
pub(crate) fn calibrate() -> ! {
    let cores = cores();
    let calibration = Calibration {
        clock_ns: clock(),
        wake_same_core_ns: wake(cores.first().copied(), cores.first().copied()),
        wake_cross_core_ns: (cores.len() > 1).then(|| wake(cores.first().copied(), cores.last().copied())),
        timer_late_ns: timer(),
    };
    let _ = writeln!(std::io::stdout(), "{}", serde_json::to_string(&calibration).unwrap_or_default());
    std::process::exit(0)
}

/// Those that this process may use.
fn cores() -> Vec<usize> {
    let allowed = sched_getaffinity(None).unwrap_or_else(|_| CpuSet::new());
    (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core)).collect()
}

/// One reading: the median of batches, each over its length.
fn clock() -> u64 {
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
    median(means)
}

/// Half of a round trip between two threads that park (a futex each way) and wake each other, kept to these cores.
fn wake(one: Option<usize>, other: Option<usize>) -> u64 {
    let turn = Arc::new(AtomicBool::new(false));
    let over = Arc::new(AtomicBool::new(false));
    let first = thread::current();
    let second = {
        let (turn, over) = (Arc::clone(&turn), Arc::clone(&over));
        thread::spawn(move || {
            keep_to(other);
            while !over.load(Ordering::Acquire) {
                wait_for(&turn, true);
                hand_over(&turn, false, &first);
            }
        })
    };
    keep_to(one);
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
    median(halves)
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
fn timer() -> u64 {
    const ASKED: Duration = Duration::from_millis(1);
    let late = |_| {
        let since = Instant::now();
        thread::sleep(ASKED);
        since.elapsed().saturating_sub(ASKED)
    };
    median((0..10).map(late).collect())
}

/// If the kernel does not allow it, the thread is measured on whichever core it runs.
fn keep_to(core: Option<usize>) {
    if let Some(core) = core {
        let mut one = CpuSet::new();
        one.set(core);
        let _ = sched_setaffinity(None, &one);
    }
}

fn median(mut times: Vec<Duration>) -> u64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0, |time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
}
