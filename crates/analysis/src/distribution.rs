//! How long operations took, from a whole histogram: its percentiles, the share that took at most so long, and bars.

use protocol::Histogram;

/// The percentiles that have a name, from the least on: the share of operations, and the name.
pub const NAMED: [(f64, &str); 7] =
    [(0.5, "50"), (0.9, "90"), (0.99, "99"), (0.999, "99.9"), (0.999_9, "99.99"), (0.999_99, "99.999"), (0.999_999, "99.9999")];

/// Percentiles that a curve goes through in each decade of what lies beyond.
const STEPS: u32 = 12;

/// Where a share of the operations stands on an axis of percentiles, which counts in decades what lies beyond: 0 is at 0, 0.9 at
/// 1,
/// 0.99 at 2.
#[must_use]
pub fn decades(share: f64) -> f64 {
    -(1.0 - share).max(f64::MIN_POSITIVE).log10()
}

/// The percentile curve, from the least latency to the last percentile that has ten samples beyond it: the share of the
/// operations, and the nanoseconds that it does not exceed. Empty if there are fewer than ten.
#[must_use]
pub fn percentiles(histogram: &Histogram) -> Vec<(f64, f64)> {
    let Some(last) = histogram.last_percentile() else { return Vec::new() };
    let steps = (0..).map(|step| 1.0 - 10_f64.powf(-f64::from(step) / f64::from(STEPS))).take_while(|share| *share < last);
    steps.chain([last]).filter_map(|share| Some((share, histogram.quantile(share)?))).collect()
}

/// The distribution: nanoseconds, and the share of the operations that took less. It rises in the buckets that have operations.
#[must_use]
pub fn distribution(histogram: &Histogram) -> Vec<(f64, f64)> {
    let (all, mut below) = (histogram.count() as f64, 0.0);
    let mut curve: Vec<(f64, f64)> = Vec::new();
    for (from, to, count) in histogram.buckets() {
        if curve.last().is_none_or(|(end, _)| *end < from as f64) {
            curve.push((from as f64, below / all));
        }
        below += count as f64;
        curve.push((to as f64, below / all));
    }
    curve
}

/// How many operations took from the first of these nanoseconds to the second, and so on: one count fewer than there are edges.
/// What is in a bucket lies in it evenly, so an edge inside one divides it. Edges ascend.
#[must_use]
pub fn bars(histogram: &Histogram, edges: &[f64]) -> Vec<f64> {
    let mut bars = vec![0.0; edges.len().saturating_sub(1)];
    let mut first = 0;
    for (from, to, count) in histogram.buckets() {
        let (from, to) = (from as f64, to as f64);
        while first + 1 < bars.len() && edges[first + 1] <= from {
            first += 1;
        }
        for (bar, ends) in bars.iter_mut().zip(edges.windows(2)).skip(first).take_while(|(_, ends)| ends[0] < to) {
            *bar += count as f64 * ((to.min(ends[1]) - from.max(ends[0])) / (to - from)).max(0.0);
        }
    }
    bars
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram() -> Histogram {
        (0..5_000_u64).map(|index| (900 + index * index % 7_919, 1 + index % 3)).collect()
    }

    #[test]
    fn a_curve_ends_at_the_last_percentile_with_ten_samples_beyond_it() {
        let histogram = histogram();
        let curve = percentiles(&histogram);
        assert_eq!(curve[0], (0.0, histogram.quantile(0.0).unwrap()));
        let (share, _) = curve[curve.len() - 1];
        assert!((histogram.count() as f64 * (1.0 - share) - 10.0).abs() < 1e-6, "{share}");
        assert!(curve.is_sorted_by(|one, other| one.0 < other.0 && one.1 <= other.1), "{curve:?}");
        assert_eq!(percentiles(&[(5, 9)].into_iter().collect()), []);
    }

    #[test]
    fn named_percentiles_are_decades_apart() {
        let places: Vec<f64> = NAMED.iter().skip(1).map(|(share, _)| decades(*share)).collect();
        assert!(places.iter().enumerate().all(|(index, place)| (place - index as f64 - 1.0).abs() < 1e-6), "{places:?}");
        assert!(decades(0.0).abs() < 1e-12);
    }

    #[test]
    fn a_distribution_rises_from_none_to_all_and_is_flat_where_there_is_nothing() {
        let curve = distribution(&[(10, 1), (11, 1), (20, 2)].into_iter().collect());
        assert_eq!(curve, [(10.0, 0.0), (11.0, 0.25), (12.0, 0.5), (20.0, 0.5), (21.0, 1.0)]);
    }

    #[test]
    fn bars_sum_to_the_count_and_an_edge_divides_a_bucket() {
        let histogram = histogram();
        let edges: Vec<f64> = (0..=20).map(|index| 800.0 * 1.15_f64.powi(index)).collect();
        let sum: f64 = bars(&histogram, &edges).iter().sum();
        assert!((sum - histogram.count() as f64).abs() < 1e-6, "{sum}");
        assert_eq!(bars(&[(32, 4)].into_iter().collect(), &[32.0, 32.5, 33.0, 40.0]), [1.0, 1.0, 2.0]);
        assert_eq!(bars(&Histogram::default(), &[1.0, 2.0]), [0.0]);
    }
}
