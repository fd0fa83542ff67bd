//! Operations that are too short to be timed one by one: about one in [`EVERY`] is.
//!
//! To time each would make a hop from task to task half as long again, and a job of a pool twice as long: `cargo xtask fidelity`
//! shows it. A mean over a batch would cost as little, but would hide the slow ones; of a sample the percentiles are those of
//! single operations. What lies between two of them is in no percentile, and all of it in the wall clock.
//!
//! Which are timed is drawn at random, each as likely as any other. With a fixed gap the sample would be locked to whatever comes
//! round in the same period: 61, the prime that was here first, is how many polls Tokio's schedulers and a `LocalSet` do between
//! two looks at the driver, so that either every sample or none held that look.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::lanes::is_seen;
use super::{Inner, Lap, Measure, nanoseconds};

/// One in so many is timed, on average.
pub const EVERY: u64 = 64;

/// How many operations until the next that is timed, that one included: as if each were timed with a chance of one in
/// [`EVERY`]. One generator per unit, from the trial's seed.
#[derive(Clone, Debug)]
struct Gaps {
    state: u64,
    /// Of a traced trial: each operation is timed while they are to be seen.
    is_traced: bool,
}

impl Gaps {
    fn new(measure: &Measure, unit: usize) -> Self {
        // Never 0, which xorshift would keep.
        let state = crate::workload::mixed(measure.seed() ^ ((unit as u64) << 32)) | 1;
        Self { state, is_traced: measure.0.lanes.is_some() }
    }

    /// Of operations like the one that took so long, so long after the opening of the gate. Marsaglia's xorshift64, and the
    /// inverse of the geometric distribution.
    fn next(&mut self, took: Duration, since_opening: Duration) -> u64 {
        if self.is_traced && is_seen(took, since_opening) {
            return 1;
        }
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        // In (0, 1]: the logarithm is finite.
        let uniform = ((self.state >> 11) + 1) as f64 / (1_u64 << 53) as f64;
        let stays = (1.0 - 1.0 / EVERY as f64).ln();
        (uniform.ln() / stays) as u64 + 1
    }

    /// Of the first.
    fn first(&mut self) -> u64 {
        self.next(Duration::ZERO, Duration::ZERO)
    }
}

impl Inner {
    /// Since the measuring began.
    fn nanoseconds(&self) -> u64 {
        nanoseconds(self.made.elapsed())
    }

    /// So many operations were done that were not timed.
    fn untimed(&self, operations: u64) {
        self.untimed.fetch_add(operations, Ordering::Relaxed);
    }
}

/// Short operations that one unit begins, and that end elsewhere.
#[derive(Debug)]
pub struct Sampler {
    measure: Measure,
    unit: usize,
    rounds: u64,
    begun: u64,
    timed: u64,
    gaps: Gaps,
    /// Operations until the next that is timed, that one included; and from the one before to that one.
    left: u64,
    gap: u64,
    /// When the last one that is timed began.
    last: Instant,
}

impl Measure {
    /// The unit of this index begins short operations, so many `rounds` or as many as there is time for.
    #[must_use]
    pub fn sampler(&self, unit: usize, rounds: u64) -> Sampler {
        let mut gaps = Gaps::new(self, unit);
        let left = gaps.first();
        Sampler { measure: self.clone(), unit, rounds, begun: 0, timed: 0, gaps, left, gap: left, last: self.began() }
    }

    /// A unit begins its operations, which are short: about one in [`EVERY`] is timed. The first began when the gate opened.
    #[must_use]
    #[track_caller]
    pub fn sampled_lap(&self, unit: usize, rounds: u64) -> SampledLap {
        let mut gaps = Gaps::new(self, unit);
        let left = gaps.first();
        SampledLap { gaps, left, timed: 0, lap: self.lap(unit, rounds) }
    }

    /// An operation that is timed has ended.
    #[track_caller]
    pub fn sampled(&self, Sample(begun): Sample) {
        let (begun, now) = (self.0.made + Duration::from_nanos(begun.get()), Instant::now());
        self.0.latency.record(now.duration_since(begun));
        self.mark_operation(None, begun, now);
    }
}

/// An operation that is timed, on its way: when it began, nanoseconds since the measuring did. One word, and so is an `Option`
/// of it.
#[derive(Clone, Copy, Debug)]
pub struct Sample(NonZeroU64);

impl Sampler {
    /// Which operation is to be begun now, from 0; `None` if there is none left.
    pub fn another(&self) -> Option<u64> {
        self.measure.0.budget.has_room(self.begun, self.rounds).then_some(self.begun)
    }

    /// An operation begins: reads the clock if it is one that is timed.
    pub fn begin(&mut self) -> Option<Sample> {
        self.begun += 1;
        self.left -= 1;
        if self.left > 0 {
            return None;
        }
        self.timed += 1;
        let inner = &self.measure.0;
        let now = Instant::now();
        // When it will end nobody knows yet: those before it took so long, one with another.
        let took = now.duration_since(std::mem::replace(&mut self.last, now)) / u32::try_from(self.gap).unwrap_or(u32::MAX);
        self.gap = self.gaps.next(took, inner.since_opening(now));
        self.left = self.gap;
        inner.look(now);
        Some(Sample(NonZeroU64::new(nanoseconds(now.duration_since(inner.made))).unwrap_or(NonZeroU64::MIN)))
    }
}

/// What was begun is counted, timed or not.
impl Drop for Sampler {
    fn drop(&mut self) {
        let inner = &self.measure.0;
        inner.untimed(self.begun - self.timed);
        inner.budget.ended(self.unit, self.begun);
    }
}

/// Short operations that go from unit to unit: the end of one is the start of the next, and there is only one at a time.
#[derive(Debug)]
pub struct Relay {
    measure: Measure,
    operations: u64,
    /// Which operation is timed next.
    next: AtomicU64,
    /// How many were.
    timed: AtomicU64,
    /// Nanoseconds since the measuring began.
    since: AtomicU64,
    /// The state of [`Gaps`]: one unit at a time has the token, and what it stores the next one sees.
    gaps: AtomicU64,
}

impl Relay {
    /// For this many operations, or as many as there is time for.
    #[must_use]
    pub fn new(measure: &Measure, operations: u64) -> Arc<Self> {
        let mut gaps = Gaps::new(measure, 0);
        let next = AtomicU64::new(gaps.first() - 1);
        let (measure, gaps) = (measure.clone(), AtomicU64::new(gaps.state));
        Arc::new(Self { measure, operations, next, timed: AtomicU64::new(0), since: AtomicU64::new(0), gaps })
    }

    /// The first operation begins.
    pub fn begin(&self) {
        self.since.store(self.measure.0.nanoseconds(), Ordering::Relaxed);
    }

    /// The operation of this index is done, and the next begins, if this returns `true`.
    #[must_use]
    #[track_caller]
    pub fn done(&self, index: u64) -> bool {
        let inner = &self.measure.0;
        let mut next = self.next.load(Ordering::Relaxed);
        if index == next {
            let now = Instant::now();
            let since = inner.made + Duration::from_nanos(self.since.load(Ordering::Relaxed));
            let took = now.duration_since(since);
            inner.latency.record(took);
            self.measure.mark_operation(None, since, now);
            inner.look(now);
            self.timed.fetch_add(1, Ordering::Relaxed);
            next += self.gap(took, inner.since_opening(now));
            self.next.store(next, Ordering::Relaxed);
        }
        let goes_on = inner.budget.has_room(index + 1, self.operations);
        if !goes_on {
            // At the end and not as they come: of a hop of a hundred nanoseconds an atomic addition would be a tenth.
            inner.untimed(index + 1 - self.timed.load(Ordering::Relaxed));
            let _ = inner.chain_ended(Instant::now());
        } else if index + 1 == next {
            self.begin();
        }
        goes_on
    }

    fn gap(&self, took: Duration, since_opening: Duration) -> u64 {
        let mut gaps = Gaps { state: self.gaps.load(Ordering::Relaxed), is_traced: self.measure.0.lanes.is_some() };
        let gap = gaps.next(took, since_opening);
        self.gaps.store(gaps.state, Ordering::Relaxed);
        gap
    }
}

/// The short operations of one unit, one after the other.
#[derive(Debug)]
pub struct SampledLap {
    gaps: Gaps,
    /// Operations until the next that is timed, that one included.
    left: u64,
    timed: u64,
    lap: Lap,
}

impl SampledLap {
    /// Which operation is to be done now, from 0; `None` if there is none left.
    pub fn another(&self) -> Option<u64> {
        self.lap.another()
    }

    /// An operation is done, and the next begins.
    #[track_caller]
    pub fn done(&mut self) {
        self.lap.operations += 1;
        self.left -= 1;
        if self.left <= 1 {
            self.read_clock();
        }
    }

    /// The operation that has just ended is timed, or the next one is.
    #[track_caller]
    fn read_clock(&mut self) {
        let now = Instant::now();
        if self.left == 0 {
            let measure = &self.lap.measure;
            let took = now.duration_since(self.lap.since);
            measure.0.latency.record(took);
            measure.mark_operation(self.lap.unit_in_lanes, self.lap.since, now);
            measure.0.look(now);
            self.timed += 1;
            self.left = self.gaps.next(took, measure.0.since_opening(now));
        }
        self.lap.since = now;
    }
}

impl Drop for SampledLap {
    fn drop(&mut self) {
        self.lap.measure.0.untimed(self.lap.operations - self.timed);
        // The clock was last read at some operation that was timed: when the unit ended is to be known.
        self.lap.since = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIODS: [u64; 6] = [2, 16, 31, 61, 64, 128];

    #[test]
    fn all_operations_are_counted_and_about_one_in_so_many_is_timed() {
        for operations in [1, EVERY, 10 * EVERY + 7, 10_000] {
            let measure = Measure::new(1, 1, 42);
            let running = measure.start();
            let mut lap = measure.sampled_lap(0, operations);
            while lap.another().is_some() {
                lap.done();
            }
            drop(lap);
            let mut sampler = measure.sampler(0, operations);
            while sampler.another().is_some() {
                sampler.begin().into_iter().for_each(|sample| measure.sampled(sample));
            }
            drop(sampler);
            let done = running.stop(0);
            assert_eq!(done.operations, 2 * operations);
            let each = ["unit_operations.min", "unit_operations.max"].map(|key| done.figures.get(key));
            assert_eq!(each, [Some(operations as f64); 2]);
            if operations == 10_000 {
                let samples = done.latency().unwrap().samples;
                // 312 expected; the seed is fixed.
                assert!((250..375).contains(&samples), "{samples}");
            }
        }
    }

    #[test]
    fn a_relay_counts_every_operation() {
        for operations in [1, EVERY, 1000] {
            let measure = Measure::new(1, 1, 42);
            let running = measure.start();
            let relay = Relay::new(&measure, operations);
            relay.begin();
            let last = (0..).find(|index| !relay.done(*index));
            assert_eq!((last, running.stop(0).operations), (Some(operations - 1), operations));
        }
    }

    /// Of the operations that were timed, the share whose index is a multiple of `period`.
    fn share(timed: &[u64], period: u64) -> f64 {
        timed.iter().filter(|index| index.is_multiple_of(period)).count() as f64 / timed.len() as f64
    }

    #[test]
    fn what_recurs_in_any_period_is_timed_as_often_as_it_occurs() {
        let measure = Measure::new(1, 1, 42);
        let by_gaps: Vec<u64> = {
            let mut gaps = Gaps::new(&measure, 3);
            std::iter::successors(Some(gaps.first() - 1), |at| Some(at + gaps.first())).take(100_000).collect()
        };
        let by_sampler: Vec<u64> = {
            let mut sampler = measure.sampler(3, u64::MAX);
            (0..6_400_000).filter(|_| sampler.begin().is_some()).collect()
        };
        for (timed, way) in [(by_gaps, "gaps"), (by_sampler, "sampler")] {
            for period in PERIODS {
                let (found, expected) = (share(&timed, period), 1.0 / period as f64);
                // Four standard deviations of a count of as many draws; the seed is fixed.
                let spread = 4.0 * (expected * (1.0 - expected) / timed.len() as f64).sqrt();
                assert!((found - expected).abs() < spread, "{way}, every {period}: {found} instead of {expected}");
            }
        }
    }

    /// A cost on every so many operations of a unit shows in the percentiles in which it belongs, and in no others.
    #[test]
    fn a_cost_on_every_so_many_operations_shows_in_the_percentile_where_it_belongs() {
        let cost = Duration::from_micros(5);
        for period in PERIODS {
            let measure = Measure::new(1, 1, 7);
            let running = measure.start();
            let mut lap = measure.sampled_lap(0, 100_000);
            while let Some(index) = lap.another() {
                if index.is_multiple_of(period) {
                    let begun = Instant::now();
                    while begun.elapsed() < cost {}
                }
                lap.done();
            }
            drop(lap);
            let latency = running.stop(0).latency().unwrap();
            let dear = |percentile: Option<u64>| percentile.map(|nanoseconds| nanoseconds >= cost.as_nanos() as u64);
            let share = 1.0 / period as f64;
            // A share of one in a hundred or more is in p99, one of one in ten in p90; the sample's own scatter keeps away from
            // the borders themselves.
            if share > 0.015 {
                assert_eq!(dear(latency.p99), Some(true), "every {period}: {latency:?}");
            }
            if share > 0.15 {
                assert_eq!(dear(latency.p90), Some(true), "every {period}: {latency:?}");
            }
            if share < 0.07 {
                assert_eq!(dear(latency.p90), Some(false), "every {period}: {latency:?}");
            }
            if share < 0.04 {
                assert_eq!(dear(latency.p50), Some(false), "every {period}: {latency:?}");
            }
        }
    }
}
