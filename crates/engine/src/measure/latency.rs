//! Latency of operations, recorded without lock, allocation or sharing between threads that run at once.
//!
//! A histogram per unit would be a hundred gigabytes for a million units, so there is one per core, and a thread records into
//! that of the core it runs on. (If each thread kept to one of a few, a thousand threads would pass their counters from core to
//! core.) They have the buckets of an HDR histogram with three significant digits, held as atomic counters that are touched
//! before they are needed; the merging and the percentiles are the `hdrhistogram` crate's. Source of the layout: G. Tene,
//! HdrHistogram.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hdrhistogram::Histogram;
use nix::sched::sched_getcpu;
use protocol::histogram::FEWEST_BEYOND;

/// Values below this have a bucket each; above, each doubling is divided into half as many: 0.1 % at worst.
const LINEAR: u64 = 2048;
const HALF: u64 = LINEAR / 2;

/// Longer than any trial may take: what is longer is recorded as this.
const LONGEST_NS: u64 = (1 << 37) - 1;

const BUCKETS: usize = index_of(LONGEST_NS) + 1;

/// The histograms of one run of a cell.
#[derive(Debug)]
pub struct Recorder {
    shards: Box<[Box<[AtomicU64]>]>,
}

impl Recorder {
    /// One shard per core. Two threads share one if the kernel puts the first aside between its asking for the core and its
    /// adding; an addition is then still an addition.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a default would hide a megabyte")]
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let shard = |_| (0..BUCKETS).map(|_| AtomicU64::new(0)).collect();
        Self { shards: (0..cores).map(shard).collect() }
    }

    /// Records one operation of this latency.
    pub fn record(&self, latency: Duration) {
        let nanoseconds = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX).min(LONGEST_NS);
        self.shards[self.own_shard()][index_of(nanoseconds)].fetch_add(1, Ordering::Relaxed);
    }

    fn own_shard(&self) -> usize {
        sched_getcpu().unwrap_or(0) % self.shards.len()
    }

    /// How many operations there are of each latency, by the number of its bucket: for another process to add to its own.
    pub(crate) fn counts(&self) -> Vec<(usize, u64)> {
        let count = |index: usize| self.shards.iter().map(|shard| shard[index].load(Ordering::Relaxed)).sum::<u64>();
        (0..BUCKETS).map(|index| (index, count(index))).filter(|(_, count)| *count > 0).collect()
    }

    /// Adds what another one counted.
    pub(crate) fn add(&self, counts: &[(usize, u64)]) {
        for (index, count) in counts {
            self.shards[0][(*index).min(BUCKETS - 1)].fetch_add(*count, Ordering::Relaxed);
        }
    }

    /// How many operations were recorded.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.shards.iter().flatten().map(|count| count.load(Ordering::Relaxed)).sum()
    }

    /// All of them in the coarser buckets of a report: each bucket of a recorder lies in one of those.
    #[must_use]
    pub fn histogram(&self) -> protocol::Histogram {
        self.counts().into_iter().map(|(index, count)| (middle_of(index), count)).collect()
    }

    /// Percentiles over all shards; `None` if nothing was recorded.
    #[must_use]
    pub fn summary(&self) -> Option<Latency> {
        let mut merged = Histogram::<u64>::new_with_bounds(1, LONGEST_NS, 3).ok()?;
        for (index, count) in self.shards.iter().flat_map(|shard| shard.iter().enumerate()) {
            let count = count.load(Ordering::Relaxed);
            if count > 0 {
                merged.record_n(middle_of(index), count).ok()?;
            }
        }
        (!merged.is_empty()).then(|| {
            let at = |quantile: f64| has_percentile(merged.len(), quantile).then(|| merged.value_at_quantile(quantile));
            Latency {
                p50: at(0.50),
                p90: at(0.90),
                p99: at(0.99),
                p999: at(0.999),
                max: merged.max(),
                mean: merged.mean(),
                samples: merged.len(),
            }
        })
    }
}

/// Whether so many samples have this quantile.
fn has_percentile(samples: u64, quantile: f64) -> bool {
    // A hair more, because 1.0 - 0.9 is a hair less than a tenth.
    samples as f64 * (1.0 - quantile) + 1e-6 >= FEWEST_BEYOND
}

/// Percentiles of operations that were timed, nanoseconds, three significant digits; `None` if fewer than ten lie beyond it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Latency {
    pub p50: Option<u64>,
    pub p90: Option<u64>,
    pub p99: Option<u64>,
    pub p999: Option<u64>,
    pub max: u64,
    pub mean: f64,
    pub samples: u64,
}

impl Latency {
    /// By the keys of the table of quantities.
    pub(crate) fn figures(&self) -> impl Iterator<Item = (&'static str, f64)> {
        let Self { p50, p90, p99, p999, max, mean, samples } = *self;
        let whole = [
            ("latency_ns.p50", p50),
            ("latency_ns.p90", p90),
            ("latency_ns.p99", p99),
            ("latency_ns.p999", p999),
            ("latency_ns.max", Some(max)),
            ("latency_ns.samples", Some(samples)),
        ];
        whole.into_iter().filter_map(|(key, value)| Some((key, value? as f64))).chain([("latency_ns.mean", mean)])
    }
}

const fn index_of(nanoseconds: u64) -> usize {
    if nanoseconds < LINEAR {
        return nanoseconds as usize;
    }
    let doublings = (64 - nanoseconds.leading_zeros() - LINEAR.trailing_zeros()) as u64;
    ((nanoseconds >> doublings) + doublings * HALF) as usize
}

/// The middle of the values that fall into a bucket.
const fn middle_of(index: usize) -> u64 {
    let index = index as u64;
    if index < LINEAR {
        return index;
    }
    let doublings = (index - HALF) / HALF;
    let first = (index - doublings * HALF) << doublings;
    first + (1 << doublings) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_latency_falls_into_a_bucket_whose_middle_is_within_a_tenth_of_a_percent() {
        let mut before = 0;
        for nanoseconds in (0..37).flat_map(|power| [1_u64 << power, (1 << power) + 1, (3 << power) / 2, (2 << power) - 1]) {
            let (index, middle) = (index_of(nanoseconds), middle_of(index_of(nanoseconds)));
            assert!(index < BUCKETS, "{nanoseconds}");
            assert!(middle.abs_diff(nanoseconds) * 1000 <= nanoseconds, "{nanoseconds} is recorded as {middle}");
            assert!(index >= before || nanoseconds < 4, "buckets ascend: {nanoseconds}");
            before = index;
        }
    }

    #[test]
    fn buckets_meet_without_gap_or_overlap() {
        for index in 0..BUCKETS {
            assert_eq!(index_of(middle_of(index)), index);
        }
    }

    #[test]
    fn percentiles_are_those_of_what_all_threads_recorded() {
        let recorder = Recorder::new();
        std::thread::scope(|scope| {
            for thread in 0..4_u64 {
                let recorder = &recorder;
                scope.spawn(move || (1..=250).for_each(|i| recorder.record(Duration::from_micros(thread * 250 + i))));
            }
        });
        let latency = recorder.summary().unwrap();
        assert_eq!(latency.samples, 1000);
        for (ours, exact) in [(latency.p50, 500_000), (latency.p99, 990_000), (Some(latency.max), 1_000_000)] {
            let ours = ours.unwrap();
            assert!(ours.abs_diff(exact) * 500 <= exact, "{ours} is not {exact}");
        }
        assert_eq!(Recorder::new().summary(), None);
    }

    #[test]
    fn a_recorder_s_histogram_is_that_of_the_very_latencies() {
        let edges = (0..32).flat_map(|doublings| (16..32_u64).map(move |sixteenth| sixteenth << doublings));
        let latencies: Vec<u64> = (0..16).chain(edges.flat_map(|edge| [edge - 1, edge, edge + 1])).collect();
        let recorder = Recorder::new();
        latencies.iter().for_each(|nanoseconds| recorder.record(Duration::from_nanos(*nanoseconds)));
        assert_eq!(recorder.histogram(), latencies.iter().map(|nanoseconds| (*nanoseconds, 1)).collect());
        assert_eq!(recorder.histogram().count(), recorder.count());
    }

    #[test]
    fn what_one_recorder_counted_is_the_same_in_another() {
        let (one, other) = (Recorder::new(), Recorder::new());
        (1..=2_000).for_each(|i| one.record(Duration::from_micros(i * i)));
        other.add(&one.counts());
        assert_eq!(one.summary(), other.summary());
    }

    #[test]
    fn a_percentile_has_ten_samples_beyond_it_or_is_not_given() {
        for (samples, has) in [(19, 0), (20, 1), (99, 1), (100, 2), (999, 2), (1_000, 3), (9_999, 3), (10_000, 4)] {
            let recorder = Recorder::new();
            (0..samples).for_each(|_| recorder.record(Duration::from_micros(1)));
            let Latency { p50, p90, p99, p999, .. } = recorder.summary().unwrap();
            assert_eq!([p50, p90, p99, p999].iter().flatten().count(), has, "{samples}");
        }
    }
}
