//! The buckets of latencies, as capsules number them: 16 for each doubling. The protocol's histograms have the same ones today;
//! these stay as they are, whatever becomes of those.

const PER_DOUBLING: u64 = 16;

/// The one that holds the greatest number there is.
pub(crate) const LAST_BUCKET: u64 = 975;

/// The number of the bucket with this latency, nanoseconds: 975 at most.
pub(crate) fn bucket_of(ns: u64) -> u64 {
    let doublings = u64::from((ns | 1).ilog2()).saturating_sub(u64::from(PER_DOUBLING.ilog2()));
    (ns >> doublings) + doublings * PER_DOUBLING
}

/// The least latency of a bucket; of one behind the last the greatest number there is.
pub(crate) fn least_of(bucket: u64) -> u64 {
    let doublings = (bucket / PER_DOUBLING).saturating_sub(1);
    let width = u32::try_from(doublings).ok().and_then(|doublings| 1_u64.checked_shl(doublings)).unwrap_or(u64::MAX);
    (bucket - doublings * PER_DOUBLING).saturating_mul(width)
}
