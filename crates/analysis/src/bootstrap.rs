//! Exact bootstrap intervals of a median and of a ratio of medians.
//!
//! The bootstrap asks how a median would vary if the sample were drawn again from itself, and usually answers by drawing some
//! thousand times. For a median the answer is known in closed form: the median of a resample is one of the sample's order
//! statistics (or the mean of two), with probabilities that depend on the sample's size alone. So there is no random generator
//! here, no seed, and no error from simulation.
//!
//! Source: B. Efron, "Bootstrap methods: another look at the jackknife", Ann. Statist. 7 (1979), section 3; J. S. Maritz and R.
//! G. Jarrett, "A note on estimating the variance of the sample median", JASA 73 (1978); A. D. Hutson and M. D. Ernst, "The exact
//! bootstrap mean and variance of an L-estimator", J. R. Statist. Soc. B 62 (2000). The interval is the percentile interval.

use protocol::report::Interval;

/// Samples below which no interval is given: with one or two there is nothing to draw again from.
pub const FEWEST: usize = 3;

/// What lies outside a 95 % interval on each side.
const TAIL: f64 = 0.025;

/// The middle value, or the mean of the two in the middle; `None` of nothing. Any unit.
#[must_use]
pub fn median(samples: &[f64]) -> Option<f64> {
    let sorted = sorted(samples);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

/// The median and its 95 % interval; with fewer than [`FEWEST`] samples both ends are the median.
#[must_use]
pub fn median_interval(samples: &[f64]) -> Option<Interval> {
    let median = median(samples)?;
    if samples.len() < FEWEST {
        return Some(Interval { median, low: median, high: median });
    }
    let resampled = Resampled::of(samples);
    Some(Interval { median, low: resampled.quantile(TAIL), high: resampled.quantile(1.0 - TAIL) })
}

/// The ratio of the medians of two samples of positive numbers, and its 95 % interval, the two being drawn again independently.
///
/// `None` if either has fewer than [`FEWEST`] samples, or holds a number that is not positive.
#[must_use]
pub fn ratio_interval(a: &[f64], b: &[f64]) -> Option<Interval> {
    let too_few = a.len() < FEWEST || b.len() < FEWEST;
    if too_few || a.iter().chain(b).any(|sample| *sample <= 0.0 || !sample.is_finite()) {
        return None;
    }
    let median = median(a)? / median(b)?;
    let (a, b) = (Resampled::of(a), Resampled::of(b));
    Some(Interval { median, low: ratio_quantile(&a, &b, TAIL), high: ratio_quantile(&a, &b, 1.0 - TAIL) })
}

/// The exact bootstrap distribution of a median: values in ascending order, each with the probability of it or a lesser one.
struct Resampled(Vec<(f64, f64)>);

impl Resampled {
    fn of(samples: &[f64]) -> Self {
        let sorted = sorted(samples);
        let mut points = if sorted.len() % 2 == 1 { odd(&sorted) } else { even(&sorted) };
        points.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        let mut sum = 0.0;
        for (_, probability) in &mut points {
            sum += *probability;
            *probability = sum;
        }
        Self(points)
    }

    /// The probability of a median of at most `value`.
    fn at_most(&self, value: f64) -> f64 {
        match self.0.partition_point(|(point, _)| *point <= value) {
            0 => 0.0,
            after => self.0[after - 1].1,
        }
    }

    /// The least median that with probability `p` is not exceeded.
    fn quantile(&self, p: f64) -> f64 {
        let index = self.0.partition_point(|(_, cumulative)| *cumulative < p);
        self.0[index.min(self.0.len() - 1)].0
    }
}

/// The median of an odd sample drawn again is its k-th value when at least half of the draws, and the middle one with them, fall
/// on the first k: a difference of two binomial tails.
fn odd(sorted: &[f64]) -> Vec<(f64, f64)> {
    let n = sorted.len();
    let mut before = 0.0;
    let mut points = Vec::with_capacity(n);
    for (index, value) in sorted.iter().enumerate() {
        let up_to = at_least_half((index + 1) as f64 / n as f64, n);
        points.push((*value, up_to - before));
        before = up_to;
    }
    points
}

/// The chance of at least `n / 2 + 1` successes in `n` draws, each with chance `p`; `n` is odd.
fn at_least_half(p: f64, n: usize) -> f64 {
    (n / 2 + 1..=n).map(|k| binomial(n, k) * power(p, k) * power(1.0 - p, n - k)).sum()
}

/// The two middle values of an even sample drawn again are its i-th and its j-th, i < j, when half of the draws fall on the first
/// i and reach the i-th, and the other half fall on the last, down to the j-th. What is left of the chance that the lower of the
/// two is the i-th is the chance that both are.
fn even(sorted: &[f64]) -> Vec<(f64, f64)> {
    let n = sorted.len();
    let half = n / 2;
    let share = |count: usize| count as f64 / n as f64;
    let ways = binomial(n, half);
    let mut points = Vec::with_capacity(n * (n + 1) / 2);
    let mut before = 0.0;
    for i in 1..=n {
        // The lower middle value is at most the i-th when at least half of the draws fall on the first i.
        let up_to: f64 = (half..=n).map(|k| binomial(n, k) * power(share(i), k) * power(1.0 - share(i), n - k)).sum();
        let reaches_i = power(share(i), half) - power(share(i - 1), half);
        let mut both = up_to - before;
        for j in i + 1..=n {
            let reaches_j = power(share(n - j + 1), half) - power(share(n - j), half);
            let probability = ways * reaches_i * reaches_j;
            both -= probability;
            points.push((f64::midpoint(sorted[i - 1], sorted[j - 1]), probability));
        }
        points.push((sorted[i - 1], both));
        before = up_to;
    }
    points
}

/// The least ratio that with probability `p` is not exceeded, by bisection on the ratio's logarithm.
fn ratio_quantile(a: &Resampled, b: &Resampled, p: f64) -> f64 {
    let steps = |points: &Resampled| -> Vec<(f64, f64)> {
        let mut before = 0.0;
        let step = |(value, cumulative): &(f64, f64)| (*value, cumulative - std::mem::replace(&mut before, *cumulative));
        points.0.iter().map(step).collect()
    };
    let b_steps = steps(b);
    let at_most = |ratio: f64| -> f64 { b_steps.iter().map(|(value, probability)| probability * a.at_most(ratio * value)).sum() };
    let least = a.0[0].0 / b.0[b.0.len() - 1].0;
    let greatest = a.0[a.0.len() - 1].0 / b.0[0].0;
    // Widened by a hair, so that rounding in `ratio * value` cannot hide the ends.
    let (mut low, mut high) = ((least * (1.0 - 1e-12)).ln(), (greatest * (1.0 + 1e-12)).ln());
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if at_most(middle.exp()) < p { low = middle } else { high = middle }
    }
    high.exp()
}

fn sorted(samples: &[f64]) -> Vec<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn binomial(n: usize, k: usize) -> f64 {
    (1..=k).map(|i| (n - k + i) as f64 / i as f64).product()
}

fn power(base: f64, exponent: usize) -> f64 {
    (0..exponent).map(|_| base).product()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws again, the usual way: a second method to hold the closed form against. Medians in ascending order.
    fn simulated(samples: &[f64]) -> Vec<f64> {
        let mut random = fastrand::Rng::with_seed(7);
        let draw = |_| {
            let drawn: Vec<f64> = samples.iter().map(|_| samples[random.usize(..samples.len())]).collect();
            median(&drawn).unwrap()
        };
        let mut medians: Vec<f64> = (0..50_000).map(draw).collect();
        medians.sort_by(f64::total_cmp);
        medians
    }

    #[test]
    fn the_closed_form_is_what_drawing_again_comes_to() {
        for n in [3_usize, 4, 5, 8, 9, 20] {
            // Irregular on purpose; the same for everybody.
            let samples: Vec<f64> = (1..=n).map(|i| 100.0 + ((i * 7919) % 101) as f64).collect();
            let resampled = Resampled::of(&samples);
            let whole = resampled.0.last().unwrap().1;
            assert!((whole - 1.0).abs() < 1e-9, "n = {n}: probabilities sum to {whole}");
            let medians = simulated(&samples);
            for tail in [0.1, 0.5, 0.9] {
                let (exact, drawn) = (resampled.quantile(tail), medians[(tail * medians.len() as f64) as usize]);
                // 50,000 draws place a quantile within 0.6 % of probability: on the same point or on its neighbour.
                assert!(
                    (resampled.at_most(drawn) - resampled.at_most(exact)).abs() < 0.06,
                    "n = {n}, {tail}: {exact} and {drawn}"
                );
            }
        }
    }

    #[test]
    fn intervals_are_those_of_scipy() {
        // scipy 1.17.1: stats.bootstrap(…, numpy.median, method="percentile", n_resamples=400000, random_state=1), and the same
        // of numpy.median(a) / numpy.median(b).
        let a = [103.2, 98.7, 110.4, 101.9, 95.3, 107.7, 99.1];
        let b = [88.4, 91.0, 85.2, 93.9, 90.1, 87.3, 89.8, 94.6];
        let close = |ours: Interval, median: f64, low: f64, high: f64| {
            for (ours, theirs) in [(ours.median, median), (ours.low, low), (ours.high, high)] {
                assert!((ours - theirs).abs() < 1e-6 * theirs, "{ours} is not scipy's {theirs}");
            }
        };
        close(median_interval(&a).unwrap(), 101.9, 98.7, 107.7);
        close(median_interval(&b).unwrap(), 89.95, 87.3, 93.9);
        close(ratio_interval(&a, &b).unwrap(), 1.132_851_584_213_452, 1.071_930_773_391_022, 1.214_205_186_020_293);
    }

    #[test]
    fn five_samples_give_their_whole_range_and_twenty_give_less() {
        let five = median_interval(&[3.0, 1.0, 2.0, 5.0, 4.0]).unwrap();
        assert_eq!((five.low, five.median, five.high), (1.0, 3.0, 5.0));
        let twenty: Vec<f64> = (1..=20).map(f64::from).collect();
        let interval = median_interval(&twenty).unwrap();
        assert!(interval.low > 4.0 && interval.high < 17.0, "{interval:?}");
    }

    #[test]
    fn a_ratio_s_interval_is_turned_round_with_it() {
        let (a, b) = ([10.0, 11.0, 12.0, 13.0, 19.0], [5.0, 5.5, 6.0, 7.0, 7.5]);
        let (one, other) = (ratio_interval(&a, &b).unwrap(), ratio_interval(&b, &a).unwrap());
        assert!((one.median * other.median - 1.0).abs() < 1e-9);
        // Quantiles of a discrete distribution: turned round they may fall on the neighbouring point.
        assert!((one.low * other.high - 1.0).abs() < 0.1 && (one.high * other.low - 1.0).abs() < 0.1, "{one:?} {other:?}");
        assert!(one.low <= one.median && one.median <= one.high);
    }

    #[test]
    fn too_few_samples_have_no_ratio_and_no_width() {
        assert_eq!(ratio_interval(&[1.0, 2.0], &[1.0, 2.0, 3.0]), None);
        assert_eq!(median_interval(&[1.0, 2.0]).unwrap(), Interval { median: 1.5, low: 1.5, high: 1.5 });
        assert_eq!(median_interval(&[]), None);
    }
}
