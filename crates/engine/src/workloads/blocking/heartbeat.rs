//! What a heartbeat shows: the longest gap, and the share of time in which a beat was overdue.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::measure::Done;

/// Between two beats.
pub(super) const INTERVAL: Duration = Duration::from_millis(5);

/// A beat this much after its time is late: above the ticks of timers and the kernel's slack.
const SLACK: Duration = Duration::from_millis(3);

/// Kept by the unit that beats. Beats are due at the same points in time in every model, so many intervals after the start: a
/// wait of an interval from each beat on would drift by what each of them is late.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heartbeat {
    due: Instant,
    last: Instant,
    longest: Duration,
    late: Duration,
}

impl Heartbeat {
    /// The first beat is due an interval after this: counted from when the heart itself got to run, it would hide that it did
    /// not.
    pub(super) fn since(start: Instant) -> Self {
        Self { due: start + INTERVAL, last: start, longest: Duration::ZERO, late: Duration::ZERO }
    }

    /// When the next beat is due.
    pub(super) fn due(&self) -> Instant {
        self.due
    }

    /// How long it is until then.
    pub(super) fn wait(&self) -> Duration {
        self.due.saturating_duration_since(Instant::now())
    }

    /// A beat. Those that were missed are left out, and not made up for in a row, as if there had been no gap. The last one is
    /// where the measured part ends: a gap that lasts until then counts too.
    pub(super) fn beat(&mut self) {
        self.beat_at(Instant::now());
    }

    fn beat_at(&mut self, now: Instant) {
        self.longest = self.longest.max(now.duration_since(self.last));
        let overdue = now.saturating_duration_since(self.due);
        if overdue > SLACK {
            self.late += overdue;
        }
        self.last = now;
        while self.due <= now {
            self.due += INTERVAL;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_keep_to_their_schedule_and_a_gap_is_what_lies_between_two() {
        let start = Instant::now();
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        let mut heart = Heartbeat::since(start);
        // On time, a little late, after a gap in which the beats at 15 to 40 were missed, and on time again.
        for (beat, next) in [(5, 10), (11, 15), (42, 45), (45, 50)] {
            heart.beat_at(at(beat));
            assert_eq!(heart.due(), at(next), "after the beat at {beat}");
        }
        assert_eq!((heart.longest, heart.late), (Duration::from_millis(31), Duration::from_millis(27)));
    }
}
