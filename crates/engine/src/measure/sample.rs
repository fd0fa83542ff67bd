//! Operations that are too short to be timed one by one: one in [`EVERY`] is, and stands for them all.
//!
//! To time each would make a hop from task to task half as long again, and a job of a pool twice as long: `cargo xtask fidelity`
//! shows it. A mean over a batch would cost as little, but would hide the slow ones; of a sample the percentiles are still those
//! of single operations. What lies between two of them is in no percentile, and all of it in the wall clock.

use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::{Inner, Lap, Measure, Moment};

/// A prime, so that what recurs every few operations (a queue's length, the budget of a task) is met neither always nor never.
pub const EVERY: u64 = 61;

impl Measure {
    /// A unit begins its operations, which are short: one in [`EVERY`] is timed.
    #[must_use]
    pub fn sampled_lap(&self) -> SampledLap {
        SampledLap { since_timed: 0, timed: Duration::ZERO, every: self.every(), lap: self.lap() }
    }

    /// The operation of this index, of `of` in all, begins now and ends elsewhere: reads the clock if it is one that is timed.
    #[must_use]
    pub fn sample(&self, index: u64, of: u64) -> Option<Sample> {
        let begin = || {
            let stands_for = NonZeroU64::new(self.every().min(of - index))?;
            Some(Sample(stands_for | self.0.nanoseconds() << STANDS_FOR_BITS))
        };
        if index.is_multiple_of(self.every()) { begin() } else { None }
    }

    /// In a traced trial every operation is to be seen.
    fn every(&self) -> u64 {
        if self.0.lanes.is_some() { 1 } else { EVERY }
    }

    /// An operation that is timed has ended.
    pub fn sampled(&self, Sample(begun): Sample) {
        let (began, stands_for) = (begun.get() >> STANDS_FOR_BITS, begun.get() & ((1 << STANDS_FOR_BITS) - 1));
        self.0.latency.record(Duration::from_nanos(self.0.nanoseconds() - began), stands_for);
        self.mark(None, Moment::Done(0));
    }
}

/// Room for [`EVERY`]; what is left for nanoseconds since the measuring began is nine years.
const STANDS_FOR_BITS: u32 = 6;

/// An operation that is timed, on its way: for how many it stands, and when it began. One word, and so is an `Option` of it.
#[derive(Clone, Copy, Debug)]
pub struct Sample(NonZeroU64);

impl Inner {
    /// Since the measuring began.
    fn nanoseconds(&self) -> u64 {
        u64::try_from(self.made.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

/// Short operations that go from unit to unit: the end of one is the start of the next, and there is only one at a time.
#[derive(Debug)]
pub struct Relay {
    measure: Measure,
    operations: u64,
    every: u64,
    /// Nanoseconds since the measuring began.
    since: AtomicU64,
}

impl Relay {
    /// For this many operations.
    #[must_use]
    pub fn new(measure: &Measure, operations: u64) -> Arc<Self> {
        Arc::new(Self { measure: measure.clone(), operations, every: measure.every(), since: AtomicU64::new(0) })
    }

    /// The first operation begins.
    pub fn begin(&self) {
        self.since.store(self.measure.0.nanoseconds(), Ordering::Relaxed);
    }

    /// The operation of this index is done, and the next begins.
    pub fn done(&self, index: u64) {
        let place = index % self.every;
        if place == 0 {
            let latency = self.measure.0.nanoseconds() - self.since.load(Ordering::Relaxed);
            self.measure.0.latency.record(Duration::from_nanos(latency), self.every.min(self.operations - index));
            self.measure.mark(None, Moment::Done(index));
        }
        if place == self.every - 1 {
            self.begin();
        }
    }
}

/// The short operations of one unit, one after the other.
#[derive(Debug)]
pub struct SampledLap {
    /// How many are done since the last that was timed, this one included.
    since_timed: u64,
    timed: Duration,
    every: u64,
    lap: Lap,
}

impl SampledLap {
    /// An operation is done, and the next begins.
    pub fn done(&mut self) {
        self.since_timed += 1;
        if self.since_timed == 1 {
            self.timed = self.lap.since.elapsed();
        }
        if self.since_timed == self.every {
            self.tell();
            self.lap.since = Instant::now();
        }
    }

    fn tell(&mut self) {
        self.lap.measure.0.latency.record(self.timed, self.since_timed);
        self.lap.measure.mark(self.lap.unit, Moment::Done(self.lap.operations));
        self.lap.operations += self.since_timed;
        self.since_timed = 0;
    }
}

/// The last ones, fewer than [`EVERY`], are told too.
impl Drop for SampledLap {
    fn drop(&mut self) {
        if self.since_timed > 0 {
            self.tell();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_operations_are_counted_and_one_in_so_many_is_timed() {
        for operations in [1, EVERY - 1, EVERY, EVERY + 1, 10 * EVERY + 7] {
            let measure = Measure::new(1, 1, 42);
            let running = measure.start();
            let mut lap = measure.sampled_lap();
            (0..operations).for_each(|_| lap.done());
            drop(lap);
            let done = running.stop(0);
            assert_eq!(done.operations, operations);
            let each = ["unit_operations.min", "unit_operations.max"].map(|key| done.figures.get(key));
            assert_eq!(each, [Some(operations as f64); 2]);
        }
    }

    #[test]
    fn a_relay_counts_every_operation() {
        for operations in [1, EVERY, EVERY + 1, 1000] {
            let measure = Measure::new(1, 1, 42);
            let running = measure.start();
            let relay = Relay::new(&measure, operations);
            relay.begin();
            (0..operations).for_each(|index| relay.done(index));
            assert_eq!(running.stop(0).operations, operations);
        }
    }

    #[test]
    fn samples_stand_for_all_operations() {
        for operations in [1, EVERY, EVERY + 1, 1000] {
            let measure = Measure::new(1, 1, 42);
            let running = measure.start();
            let samples: Vec<Sample> = (0..operations).filter_map(|index| measure.sample(index, operations)).collect();
            assert_eq!(samples.len() as u64, operations.div_ceil(EVERY));
            samples.into_iter().for_each(|sample| measure.sampled(sample));
            assert_eq!(running.stop(0).operations, operations);
        }
    }
}
