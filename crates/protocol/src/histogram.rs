//! How many operations had which latency: whole, small enough to be sent, and the same whichever parts it was put together from.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::two_forms;

/// Each doubling is divided into this many buckets, 6 % wide at most; what is below twice as many nanoseconds has a bucket each.
const PER_DOUBLING: u64 = 16;

/// Fewer samples than this beyond a percentile say nothing about it: one more or less would be another percentile.
pub const FEWEST_BEYOND: f64 = 10.0;

/// Latencies by log-linear buckets, 16 for each doubling.
///
/// In JSON a list of pairs, the least latency of a bucket in nanoseconds and how many there are: `[[1024, 3], [1088, 1]]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Histogram {
    /// Numbers of buckets, ascending, each with its count, which is not 0.
    counts: Vec<(u16, u64)>,
}

impl Histogram {
    /// So many more operations of this latency, nanoseconds.
    pub fn record(&mut self, ns: u64, count: u64) {
        if count > 0 {
            self.add(bucket_of(ns), count);
        }
    }

    /// Takes another's operations over.
    pub fn merge(&mut self, other: &Self) {
        other.counts.iter().for_each(|(bucket, count)| self.add(*bucket, *count));
    }

    fn add(&mut self, bucket: u16, count: u64) {
        match self.counts.binary_search_by_key(&bucket, |(bucket, _)| *bucket) {
            Ok(at) => self.counts[at].1 = self.counts[at].1.saturating_add(count),
            Err(at) => self.counts.insert(at, (bucket, count)),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// How many operations there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// The buckets that are not empty, ascending: from this many nanoseconds to below that many, and how many operations.
    pub fn buckets(&self) -> impl Iterator<Item = (u64, u64, u64)> {
        self.counts.iter().map(|(bucket, count)| (least_of(*bucket), least_of(bucket.saturating_add(1)), *count))
    }

    /// The latency that this share of the operations does not exceed, nanoseconds, as if those of a bucket lay evenly in it;
    /// `None` of no operations.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let rank = share.clamp(0.0, 1.0) * self.count() as f64;
        let (mut before, mut value) = (0.0, None);
        for (from, to, count) in self.buckets() {
            let (count, last) = (count as f64, to.saturating_sub(1));
            value = Some(from as f64 + last.saturating_sub(from) as f64 * ((rank - before) / count).min(1.0));
            before += count;
            if before >= rank {
                break;
            }
        }
        value
    }

    /// The greatest share whose quantile has [`FEWEST_BEYOND`] operations beyond it; `None` if there are fewer in all.
    #[must_use]
    pub fn last_percentile(&self) -> Option<f64> {
        let count = self.count() as f64;
        (count >= FEWEST_BEYOND).then(|| 1.0 - FEWEST_BEYOND / count)
    }

    fn json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.buckets().map(|(from, _, count)| (from, count)))
    }

    fn of_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<(u64, u64)>::deserialize(deserializer)?.into_iter().collect())
    }
}

two_forms!(Histogram);

/// Of latencies in nanoseconds, each with how many operations had it.
impl FromIterator<(u64, u64)> for Histogram {
    fn from_iter<I: IntoIterator<Item = (u64, u64)>>(latencies: I) -> Self {
        let mut histogram = Self::default();
        latencies.into_iter().for_each(|(ns, count)| histogram.record(ns, count));
        histogram
    }
}

/// The number of the bucket that holds this latency: 975 at most.
fn bucket_of(ns: u64) -> u16 {
    let doublings = u64::from((ns | 1).ilog2()).saturating_sub(u64::from(PER_DOUBLING.ilog2()));
    ((ns >> doublings) + doublings * PER_DOUBLING) as u16
}

/// The least latency of a bucket; of one behind the last the greatest number there is.
fn least_of(bucket: u16) -> u64 {
    let bucket = u64::from(bucket);
    let doublings = (bucket / PER_DOUBLING).saturating_sub(1);
    let width = u32::try_from(doublings).ok().and_then(|doublings| 1_u64.checked_shl(doublings)).unwrap_or(u64::MAX);
    (bucket - doublings * PER_DOUBLING).saturating_mul(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_meet_without_gap_or_overlap_and_sixteen_are_a_doubling() {
        for bucket in 0..976 {
            let (from, to) = (least_of(bucket), least_of(bucket + 1));
            assert!(from < to, "{bucket}");
            assert_eq!((bucket_of(from), bucket_of(to - 1)), (bucket, bucket));
            assert!(to - from == 1 || (to - from) * PER_DOUBLING <= from, "{bucket} is from {from} to {to}");
        }
        assert_eq!((least_of(31), least_of(32), least_of(48)), (31, 32, 64));
        assert_eq!(bucket_of(u64::MAX), 975);
        assert_eq!(least_of(u16::MAX), u64::MAX);
    }

    #[test]
    fn a_quantile_lies_inside_its_bucket_as_far_as_its_share_says() {
        let histogram: Histogram = [(3, 1), (1_024, 10), (5, 1)].into_iter().collect();
        assert_eq!(histogram.buckets().collect::<Vec<_>>(), [(3, 4, 1), (5, 6, 1), (1_024, 1_088, 10)]);
        assert_eq!([0.0, 1.0 / 12.0, 2.0 / 12.0, 1.0].map(|share| histogram.quantile(share)), [3.0, 3.0, 5.0, 1_087.0].map(Some));
        assert_eq!(histogram.quantile(7.0 / 12.0).map(f64::round), Some(1_056.0));
        assert_eq!(Histogram::default().quantile(0.5), None);
    }

    #[test]
    fn the_last_percentile_has_ten_operations_beyond_it() {
        let last = |count| [(1, count)].into_iter().collect::<Histogram>().last_percentile();
        assert_eq!([9, 10, 20, 1_000].map(last), [None, Some(0.0), Some(0.5), Some(0.99)]);
    }

    #[test]
    fn what_has_no_operations_has_no_bucket() {
        let mut histogram: Histogram = [(7, 0)].into_iter().collect();
        assert!(histogram.is_empty());
        histogram.record(7, u64::MAX);
        histogram.record(7, 1);
        assert_eq!((histogram.is_empty(), histogram.count()), (false, u64::MAX));
    }
}
