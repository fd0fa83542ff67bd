//! What a cell measures with: the start gate, the clock, the latency recorder, the CPU time.
//!
//! The measured part begins with [`Measure::start`], which reads the clock when all units wait and *before* they are let go.
//! Measured by work it ends with [`Running::stop`], when the last unit has been joined: joining is part of the work. Measured by
//! time it ends with the last operation, and joining is a figure of its own (`join_ns`). (A clock read after the gate has been
//! opened may be kept from its core by the units that it has just let go, and the result is too good by a factor of ten.) Between
//! the two nothing is allocated, locked or written for the sake of measuring: a latency is one reading of the clock and one
//! relaxed addition. If that is too much beside the operation itself, about one in [`EVERY`] is timed, drawn at random.

mod account;
mod accounts;
mod finishes;
mod gate;
mod halt;
mod lanes;
mod latency;
mod marks;
mod memory;
mod passes;
mod rounds;
mod sample;
mod switches;
mod sync;
mod taken;
mod tally;
pub mod timer_slack;
#[cfg(test)]
mod truth;
mod usage;

use std::panic::Location;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};
use protocol::{Figures, Histogram, Values};

use finishes::Finishes;
pub use gate::{AsyncGate, Gate};
pub use halt::Halt;
pub(crate) use lanes::Lanes;
pub use latency::{Latency, Recorder};
use marks::Moment;
pub use memory::{BYTES_PER_UNIT, Growth};
pub use passes::Passes;
pub(crate) use passes::{Start, Warmed};
use rounds::Budget;
pub(crate) use rounds::{MEASURE_MS, MeasureBy, Until, time};
pub use rounds::{Rounds, Work};
pub use sample::{EVERY, Relay, Sample, SampledLap, Sampler};
pub use taken::Taken;
pub use tally::{Share, Tally};
use usage::{Counters, Counts};
pub use usage::{Footprint, KERNEL_STACK_BYTES, counters};

use crate::method::Setting;

/// What a cell measures with, besides what every cell is told. A clone measures into the same.
#[derive(Clone, Debug)]
pub struct Measure(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// What the times of samples are counted from.
    made: Instant,
    /// When the gate was opened.
    opened: OnceLock<Instant>,
    budget: Budget,
    latency: Recorder,
    /// Operations that were done and not timed.
    untimed: AtomicU64,
    /// Time of all chains of operations in which the end of one is the start of the next, from the opening of the gate to the
    /// end of the last operation, summed, nanoseconds.
    chains_ns: AtomicU64,
    fewest: AtomicU64,
    most: AtomicU64,
    /// When the first and when the last unit was done, nanoseconds since the gate was opened.
    first_end: AtomicU64,
    last_end: AtomicU64,
    finishes: Finishes,
    /// How many units have ended.
    ended: AtomicUsize,
    /// What the kernel had counted when the last unit ended, measured by time.
    at_last_end: OnceLock<Counts>,
    units: usize,
    workers: usize,
    seed: u64,
    method: Values,
    lanes: Option<Arc<Lanes>>,
}

impl Inner {
    /// It is `now`: is the measured time over?
    fn look(&self, now: Instant) {
        if let Some(since) = self.opened.get() {
            self.budget.look(*since, now);
        }
    }

    /// How long ago the gate was opened.
    fn since_opening(&self, now: Instant) -> Duration {
        self.opened.get().map_or(Duration::ZERO, |opened| now.saturating_duration_since(*opened))
    }

    /// A chain of operations has ended, how many nanoseconds after the gate was opened; `None` if it has not been.
    fn chain_ended(&self, at: Instant) -> Option<u64> {
        let end = nanoseconds(at.duration_since(*self.opened.get()?));
        self.chains_ns.fetch_add(end, Ordering::Relaxed);
        self.first_end.fetch_min(end, Ordering::Relaxed);
        self.last_end.fetch_max(end, Ordering::Relaxed);
        Some(end)
    }

    /// A unit has ended, and its operations at that moment. If it is the last, what the joining will cost is not to be in the
    /// measured part's accounts.
    fn unit_ended(&self, unit: usize, at: Instant) {
        if let Some(end) = self.chain_ended(at) {
            self.finishes.note(unit, end);
        }
        if self.ended.fetch_add(1, Ordering::AcqRel) + 1 == self.units && self.budget.is_by_time() {
            let _ = self.at_last_end.set(usage::of_process());
        }
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

impl Measure {
    /// For one run of a cell.
    #[must_use]
    pub fn new(units: usize, workers: usize, seed: u64) -> Self {
        Self::with(units, workers, seed, Values::new(), None)
    }

    /// The same, with these choices of the method, and traced or not.
    pub(crate) fn with(units: usize, workers: usize, seed: u64, method: Values, lanes: Option<Arc<Lanes>>) -> Self {
        Self(Arc::new(Inner {
            made: Instant::now(),
            opened: OnceLock::new(),
            budget: Budget::of(&method, units),
            latency: Recorder::new(),
            untimed: AtomicU64::new(0),
            chains_ns: AtomicU64::new(0),
            fewest: AtomicU64::new(u64::MAX),
            most: AtomicU64::new(0),
            first_end: AtomicU64::new(u64::MAX),
            last_end: AtomicU64::new(0),
            finishes: Finishes::new(units),
            ended: AtomicUsize::new(0),
            at_last_end: OnceLock::new(),
            units,
            workers,
            seed,
            method,
            lanes,
        }))
    }

    /// How many units there are.
    #[must_use]
    pub fn units(&self) -> usize {
        self.0.units
    }

    /// Worker threads for a pool, a runtime, arbiters.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.0.workers
    }

    /// Decides everything in the work that is random.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.0.seed
    }

    /// What the experiment chooses of this setting.
    #[must_use]
    pub fn setting<S: Setting>(&self) -> S {
        S::of(&self.0.method)
    }

    /// The unit of this index begins its operations, so many `rounds` or as many as there is time for. The first began when the
    /// gate opened, whenever the unit itself got to run: what it waited for is in its latency.
    #[must_use]
    #[track_caller]
    pub fn lap(&self, unit: usize, rounds: u64) -> Lap {
        let unit_in_lanes = self.0.lanes.as_ref().map(|lanes| lanes.unit());
        self.mark(unit_in_lanes, Moment::Created);
        Lap { measure: self.clone(), unit, unit_in_lanes, operations: 0, rounds, since: self.began() }
    }

    /// When the gate was opened, which is when the first operation of every unit begins; now, if it has not been.
    #[must_use]
    pub fn began(&self) -> Instant {
        self.0.opened.get().copied().unwrap_or_else(Instant::now)
    }

    /// Records one operation that has no lap, because it begins in one unit and ends in another.
    #[track_caller]
    pub fn record(&self, latency: Duration) {
        self.0.latency.record(latency);
        if self.0.lanes.is_some() {
            let now = Instant::now();
            self.mark_operation(None, now.checked_sub(latency).unwrap_or(now), now);
        }
    }

    /// Adds operations that another process timed, by the numbers of a recorder's buckets, and others that nobody timed.
    pub(crate) fn add(&self, counts: &[(usize, u64)], untimed: u64) {
        self.0.latency.add(counts);
        self.0.untimed.fetch_add(untimed, Ordering::Relaxed);
    }

    /// An operation that a client times has been answered here: only a traced trial writes that down.
    #[track_caller]
    pub fn served(&self) {
        self.mark(None, Moment::Done);
    }

    /// Of a traced trial: something has just happened on this thread.
    #[track_caller]
    fn mark(&self, unit: Option<u32>, moment: Moment) {
        if let Some(lanes) = &self.0.lanes {
            lanes.mark(unit, moment, (None, Instant::now()), Some(Location::caller()));
        }
    }

    /// Of a traced trial: an operation has ended on this thread, if it is one that is to be seen.
    #[track_caller]
    fn mark_operation(&self, unit: Option<u32>, begun: Instant, at: Instant) {
        if let Some(lanes) = &self.0.lanes {
            lanes.mark_operation(unit, (begun, at), self.0.since_opening(at), Location::caller());
        }
    }

    /// Reads the clock to see whether the measured time is over: for a unit whose operation was long and is perhaps not timed.
    pub fn look(&self) {
        self.0.look(Instant::now());
    }

    /// Records what began at `since` and ends now, and returns now: for when the end of one operation is the start of the next.
    #[track_caller]
    pub fn record_since(&self, since: Instant) -> Instant {
        let now = Instant::now();
        self.record(now.duration_since(since));
        now
    }

    /// All units wait: reads the clock. Open the gate next.
    pub fn start(&self) -> Running {
        let footprint = Footprint::now();
        let counters = Counters::at_start();
        self.mark(None, Moment::Start);
        let since = *self.0.opened.get_or_init(Instant::now);
        Running { measure: self.clone(), footprint, counters, since }
    }
}

/// The operations of one unit, one after the other.
#[derive(Debug)]
pub struct Lap {
    measure: Measure,
    unit: usize,
    unit_in_lanes: Option<u32>,
    operations: u64,
    rounds: u64,
    since: Instant,
}

impl Lap {
    /// Which operation is to be done now, from 0; `None` if there is none left.
    #[must_use]
    pub fn another(&self) -> Option<u64> {
        self.measure.0.budget.has_room(self.operations, self.rounds).then_some(self.operations)
    }

    /// When the operation that is to be done now began.
    #[must_use]
    pub fn since(&self) -> Instant {
        self.since
    }

    /// An operation is done, and the next begins: one reading of the clock is the end of the one and the start of the other.
    #[track_caller]
    pub fn done(&mut self) {
        self.done_batch(1);
    }

    /// An operation is done as with [`Lap::done`], and is recorded among those of its kind as well.
    #[track_caller]
    pub fn done_of(&mut self, kind: &Recorder) {
        let began = self.since;
        self.done();
        kind.record(self.since.duration_since(began));
    }

    /// This many operations are done, too short for a clock reading each: their mean is recorded, once.
    #[track_caller]
    pub fn done_batch(&mut self, operations: u64) {
        let now = Instant::now();
        let inner = &self.measure.0;
        inner.latency.record(now.duration_since(self.since) / u32::try_from(operations).unwrap_or(u32::MAX));
        if operations > 1 {
            inner.untimed.fetch_add(operations - 1, Ordering::Relaxed);
        }
        inner.look(now);
        let begun = std::mem::replace(&mut self.since, now);
        self.measure.mark_operation(self.unit_in_lanes, begun, now);
        self.operations += operations;
    }

    /// Reads the clock again: what went before was no operation.
    pub fn again(&mut self) {
        self.since = Instant::now();
    }
}

/// The unit has ended. (An actor drops its lap before it reports: nobody waits for it to be dropped.)
impl Drop for Lap {
    fn drop(&mut self) {
        let inner = &self.measure.0;
        inner.fewest.fetch_min(self.operations, Ordering::Relaxed);
        inner.most.fetch_max(self.operations, Ordering::Relaxed);
        inner.budget.ended(self.unit, self.operations);
        inner.unit_ended(self.unit, self.since);
        self.measure.mark(self.unit_in_lanes, if std::thread::panicking() { Moment::Failed } else { Moment::Ended });
    }
}

/// The measured part has begun.
#[derive(Debug)]
#[must_use]
pub struct Running {
    measure: Measure,
    footprint: Footprint,
    counters: Counters,
    since: Instant,
}

impl Running {
    /// The last unit has been joined: reads the clock. `answer` is the result of their work.
    pub fn stop(self, answer: u64) -> Done {
        let joined = self.since.elapsed();
        self.measure.mark(None, Moment::Stop);
        let mut counters = Counters::at_stop();
        let inner = &self.measure.0;
        let mut figures = Figures::default();
        let mut wall = joined;
        let last = inner.last_end.load(Ordering::Relaxed);
        if last > 0 {
            let last = Duration::from_nanos(last);
            figures.count("join_ns", nanoseconds(joined.saturating_sub(last)));
            if inner.budget.is_by_time() {
                wall = last;
                counters.process = inner.at_last_end.get().cloned().unwrap_or(counters.process);
            }
        }
        counters.since(&self.counters).iter().for_each(|(key, value)| figures.set(key, value));
        let operations = inner.latency.count() + inner.untimed.load(Ordering::Relaxed);
        figures.count("wall_ns", nanoseconds(wall));
        figures.count("operations", operations);
        figures.set("ops_per_s", operations as f64 / wall.as_secs_f64());
        let most = inner.most.load(Ordering::Relaxed);
        if most > 0 {
            figures.count("unit_operations.min", inner.fewest.load(Ordering::Relaxed));
            figures.count("unit_operations.max", most);
            let first = inner.first_end.load(Ordering::Relaxed);
            figures.count("unit_finish_ns.first", first);
            figures.count("unit_finish_ns.last", last);
            figures.set("finish_spread", last.saturating_sub(first) as f64 / wall.as_nanos() as f64);
        }
        let (footprint, measure, extra, printed) = (self.footprint, self.measure, Figures::default(), Vec::new());
        Done { wall, operations, figures, footprint, measure, answer, extra, printed }
    }
}

/// What a cell measured and computed.
#[derive(Clone, Debug)]
pub struct Done {
    /// The measured part by the wall clock.
    pub wall: Duration,
    /// Operations done.
    pub operations: u64,
    /// What was counted of the measured part, by the keys of the table of quantities.
    pub figures: Figures,
    /// The process when all units waited.
    pub footprint: Footprint,
    measure: Measure,
    /// The result of the work.
    pub answer: u64,
    /// What only this workload reports, by the key of its [`protocol::Quantity`].
    pub extra: Figures,
    /// The lines that it printed, in the order in which they came, if what is told of it is that.
    pub printed: Vec<String>,
}

impl Done {
    /// Of the operations; `None` if there was none. Worked out only if it is asked for: the table that it takes, made and
    /// freed by a warm-up on a worker, would leave that worker's allocator in another state than the work itself does.
    #[must_use]
    pub fn latency(&self) -> Option<Latency> {
        self.measure.0.latency.summary()
    }

    /// The latencies of all operations that were timed.
    #[must_use]
    pub fn latencies(&self) -> Histogram {
        self.measure.0.latency.histogram()
    }

    /// When units had ended their last operation, see [`protocol::Trial::finishes_ns`].
    #[must_use]
    pub fn finishes_ns(&self) -> Vec<u64> {
        self.measure.0.finishes.ascending()
    }

    /// From when to when the measured part was, nanoseconds of the clock that all processes of a machine have in common
    /// (`CLOCK_MONOTONIC`); `None` if the kernel does not say.
    pub(crate) fn span_ns(&self) -> Option<(u64, u64)> {
        let ago = nanoseconds(self.measure.0.opened.get()?.elapsed());
        let now = clock_gettime(ClockId::CLOCK_MONOTONIC).ok()?;
        let from = nanoseconds(Duration::from(now)).saturating_sub(ago);
        Some((from, from + nanoseconds(self.wall)))
    }

    /// What was done, for the expected answer.
    #[must_use]
    pub(crate) fn work(&self) -> Work {
        self.measure.0.budget.work(self.operations)
    }

    /// The share of the units' time that latencies of this mean, nanoseconds, account for: the mean times how many operations
    /// there were is as long as all chains of them together, if none has a hole (Little's law). `None` if operations do not
    /// follow each other in chains.
    #[must_use]
    pub(crate) fn covered(&self, mean: f64) -> Option<f64> {
        let chains_ns = self.measure.0.chains_ns.load(Ordering::Relaxed);
        (chains_ns > 0).then(|| mean * self.operations as f64 / chains_ns as f64)
    }

    /// With a figure that only the cell can know.
    #[must_use]
    pub fn with(mut self, key: &str, value: f64) -> Self {
        self.extra.set(key, value);
        self
    }

    /// With the measured part by the wall clock for each operation, nanoseconds.
    #[must_use]
    pub fn with_wall_per_operation(self, key: &str) -> Self {
        let wall = self.wall.as_nanos() as f64 / self.operations.max(1) as f64;
        self.with(key, wall)
    }

    /// With the CPU time of the measured part for each operation, nanoseconds.
    #[must_use]
    pub fn with_cpu_per_operation(self, key: &str) -> Self {
        let cpu: f64 = ["measured.user_ns", "measured.system_ns"].iter().filter_map(|part| self.figures.get(part)).sum();
        let operations = self.operations.max(1) as f64;
        self.with(key, cpu / operations)
    }
}
