//! What a heartbeat shows: the longest gap, and the share of time in which a beat was overdue.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::measure::Done;

/// Between two beats.
pub(super) const INTERVAL: Duration = Duration::from_millis(5);

/// A beat this much after its time is late: above the ticks of timers and the kernel's slack.
const SLACK: Duration = Duration::from_millis(3);

/// Kept by the unit that beats.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heartbeat {
    last: Instant,
    longest: Duration,
    late: Duration,
}

impl Heartbeat {
    /// The first beat is due an interval after this: counted from when the heart itself got to run, it would hide that it did
    /// not.
    pub(super) fn since(start: Instant) -> Self {
        Self { last: start, longest: Duration::ZERO, late: Duration::ZERO }
    }

    /// A beat. The last one is where the measured part ends: a gap that lasts until then counts too.
    pub(super) fn beat(&mut self) {
        let gap = std::mem::replace(&mut self.last, Instant::now()).elapsed();
        self.longest = self.longest.max(gap);
        if gap > INTERVAL + SLACK {
            self.late += gap - INTERVAL;
        }
    }

    pub(super) fn with_figures(&self, done: Done) -> Done {
        let share = self.late.as_secs_f64() / done.wall.as_secs_f64();
        done.with("longest_gap_ns", self.longest.as_nanos() as f64).with("late_share", share.min(1.0))
    }
}

/// From when the heart is to beat, and until when.
#[derive(Debug, Default)]
pub(super) struct Span {
    start: OnceLock<Instant>,
    over: AtomicBool,
}

impl Span {
    /// The measured part begins.
    pub(super) fn begin(&self) {
        let _ = self.start.set(Instant::now());
    }

    /// The blockers are done.
    pub(super) fn end(&self) {
        self.over.store(true, Ordering::Release);
    }

    /// When it began.
    pub(super) fn start(&self) -> Instant {
        self.start.get().copied().unwrap_or_else(Instant::now)
    }

    /// Whether the heart may stop.
    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }
}
