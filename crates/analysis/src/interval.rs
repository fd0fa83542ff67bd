//! The exact interval of a median, from the order statistics of its sample.
//!
//! Each sample lies above the true median with chance one half, whatever they are distributed as (if only continuously). So the
//! chance that the k-th least and the k-th greatest have it between them is a sum of binomials, and is said with the interval:
//! with five samples even the whole range reaches no more than 93.75 %.
//!
//! Source: W. J. Conover, "Practical Nonparametric Statistics", 3rd ed. (1999), section 3.2; H. A. David and H. N. Nagaraja,
//! "Order Statistics", 3rd ed. (2003), section 7.1.

use protocol::report::Interval;

use crate::order::sorted;

/// Samples below which no interval is given.
pub const FEWEST: usize = 3;

/// What intervals are to reach, if there are samples enough.
pub(crate) const COVERAGE: f64 = 0.95;

/// The middle value, or the mean of the two in the middle; `None` of nothing. Any unit.
#[must_use]
pub fn median(samples: &[f64]) -> Option<f64> {
    middle(&sorted(samples))
}

/// The median and its interval: the narrowest pair of order statistics, as far from either end, that covers it in at least 95 %
/// of cases; the whole range if there is none. With fewer than [`FEWEST`] samples both ends are the median, and cover nothing.
#[must_use]
pub fn median_interval(samples: &[f64]) -> Option<Interval> {
    let sorted = sorted(samples);
    let median = middle(&sorted)?;
    if sorted.len() < FEWEST {
        return Some(Interval { median, low: median, high: median, coverage: 0.0 });
    }
    let (from_end, coverage) = order(sorted.len());
    Some(Interval { median, low: sorted[from_end], high: sorted[sorted.len() - 1 - from_end], coverage })
}

/// How far from the ends of a sorted sample of this size its interval lies, and what that covers.
fn order(n: usize) -> (usize, f64) {
    // By logarithms: 2^-n is no float of a large sample.
    let mut log = -(n as f64) * std::f64::consts::LN_2;
    let mut tail = 0.0;
    let mut found = None;
    for k in 0..n.div_ceil(2) {
        tail += log.exp();
        let coverage = 1.0 - 2.0 * tail;
        if found.is_some() && coverage < COVERAGE {
            break;
        }
        found = Some((k, coverage));
        log += ((n - k) as f64 / (k + 1) as f64).ln();
    }
    found.unwrap_or_default()
}

fn middle(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_is_that_of_the_binomial_distribution() {
        // scipy 1.17.1: 1 - 2 * stats.binom.cdf(k, n, 0.5).
        let known = [
            (3, 0, 0.75),
            (4, 0, 0.875),
            (5, 0, 0.9375),
            (6, 0, 0.968_75),
            (7, 0, 0.984_375),
            (8, 0, 0.992_187_5),
            (9, 1, 0.960_937_5),
            (10, 1, 0.978_515_625),
            (12, 2, 0.961_425_781_25),
            (20, 5, 0.958_610_534_667_968_8),
            (50, 17, 0.967_160_862_435_731_9),
        ];
        for (n, from_end, coverage) in known {
            let (ours, covers) = order(n);
            assert!(ours == from_end && (covers - coverage).abs() < 1e-12, "n = {n}: {ours}, {covers}");
        }
        let (_, of_many) = order(100_000);
        assert!((COVERAGE..0.952).contains(&of_many), "{of_many}");
    }

    #[test]
    fn intervals_hold_the_median_as_often_as_they_say() {
        const DRAWN: usize = 4_000;
        let mut random = fastrand::Rng::with_seed(7);
        for n in [3_usize, 5, 6, 7, 9, 12, 13, 21] {
            let (mut held, mut said) = (0, 0.0);
            for _ in 0..DRAWN {
                // Skewed, with its median at ln 2.
                let samples: Vec<f64> = (0..n).map(|_| -random.f64().max(1e-12).ln()).collect();
                let interval = median_interval(&samples).unwrap();
                held += usize::from((interval.low..=interval.high).contains(&std::f64::consts::LN_2));
                said = interval.coverage;
            }
            let found = held as f64 / DRAWN as f64;
            let spread = 4.0 * (said * (1.0 - said) / DRAWN as f64).sqrt();
            assert!((found - said).abs() < spread, "n = {n}: {found} and not {said}");
        }
    }

    #[test]
    fn five_samples_give_their_whole_range_and_twenty_give_less() {
        let five = median_interval(&[3.0, 1.0, 2.0, 5.0, 4.0]).unwrap();
        assert_eq!(five, Interval { median: 3.0, low: 1.0, high: 5.0, coverage: 0.9375 });
        let twenty: Vec<f64> = (1..=20).map(f64::from).collect();
        let interval = median_interval(&twenty).unwrap();
        assert_eq!((interval.low, interval.high), (6.0, 15.0));
    }

    #[test]
    fn too_few_samples_have_no_width_and_cover_nothing() {
        assert_eq!(median_interval(&[1.0, 2.0]).unwrap(), Interval { median: 1.5, low: 1.5, high: 1.5, coverage: 0.0 });
        assert_eq!(median_interval(&[]), None);
    }
}
