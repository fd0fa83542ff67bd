//! Two labels compared within each repetition: estimate, interval and exact test of the logarithm of their ratio.
//!
//! A repetition is a block of a randomised design: what the machine does to a whole block falls on both of its trials, and
//! cancels in their ratio. Under the hypothesis that the two are alike each block's logarithm is as likely above zero as below,
//! so that the distribution of the signed ranks is known whatever the trials are distributed as, and no block need be like
//! another.
//!
//! - *Estimate*: the median of the Walsh averages, the means of all pairs of blocks and of each with itself (Hodges and Lehmann).
//! - *Test*: Wilcoxon's signed-rank test, two-sided. Tied blocks share the mean of their ranks; blocks that are zero are ranked
//!   with the others and then count on neither side (Pratt). The distribution over all signs of the very ranks that there are is
//!   computed, so ties and zeros are exact too.
//! - *Interval*: between the k-th least and the k-th greatest of the Walsh averages, with its coverage from the same distribution
//!   without ties; the whole range if no k reaches 95 %, which is so below six blocks.
//!
//! Source: M. Hollander, D. A. Wolfe, E. Chicken, "Nonparametric Statistical Methods", 3rd ed. (2014), chapter 3; J. W. Pratt,
//! "Remarks on zeros and ties in the Wilcoxon signed rank procedures", JASA 54 (1959).

use std::collections::BTreeMap;

use crate::interval::{COVERAGE, FEWEST};
use crate::order::by;

/// Blocks that are looked at, at the most: more than an experiment can have, so that a foreign file cannot ask for hours.
pub(crate) const MOST: usize = 100;

/// Logarithms that differ by less are the same number, computed in another way.
const SAME: f64 = 1e-12;

/// How two labels compare. The first three are logarithms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paired {
    /// Of the ratio.
    pub estimate: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// What the interval covers, 0 to 1.
    pub coverage: f64,
    /// Two-sided.
    pub p: f64,
    /// How many.
    pub blocks: usize,
}

/// The distributions of signed ranks without ties, each computed when it is first needed.
#[derive(Debug, Default)]
pub struct Nulls(BTreeMap<usize, Null>);

/// That of so many blocks.
#[derive(Debug)]
pub(crate) struct Null {
    /// The chance of a sum of ranks of at most this index.
    cumulative: Vec<f64>,
    /// How far from its ends a sorted list of Walsh averages has the interval's, and what that covers.
    from_end: usize,
    coverage: f64,
}

impl Nulls {
    pub(crate) fn of(&mut self, blocks: usize) -> &Null {
        self.0.entry(blocks).or_insert_with(|| Null::new(blocks))
    }
}

impl Null {
    fn new(blocks: usize) -> Self {
        let ranks: Vec<usize> = (1..=blocks).collect();
        let cumulative = cumulative(&ranks, blocks * (blocks + 1) / 2);
        let reaching = cumulative.partition_point(|chance| 2.0 * chance <= 1.0 - COVERAGE);
        let from_end = reaching.saturating_sub(1);
        let coverage = cumulative.get(from_end).map_or(0.0, |chance| 1.0 - 2.0 * chance);
        Self { cumulative, from_end, coverage }
    }

    /// The chance of a sum at least as far out as this one, on either side.
    fn p(&self, sum: usize) -> f64 {
        self.cumulative.get(sum).map_or(1.0, |chance| (2.0 * chance).min(1.0))
    }
}

/// The chances that the sum of those of `ranks` whose coin falls on one side is at most 0, 1, …, `most`.
fn cumulative(ranks: &[usize], most: usize) -> Vec<f64> {
    // In how many ways, first: 2^100 is no whole number of a float's, but near enough to one.
    let mut ways = vec![0.0; most + 1];
    ways[0] = 1.0;
    let mut reached = 0;
    for rank in ranks {
        reached = (reached + rank).min(most);
        for sum in (*rank..=reached).rev() {
            ways[sum] += ways[sum - rank];
        }
    }
    let scale = 0.5_f64.powi(i32::try_from(ranks.len()).unwrap_or(i32::MAX));
    let mut sum = 0.0;
    for chance in &mut ways {
        sum += *chance;
        *chance = sum * scale;
    }
    ways
}

/// Compares by the logarithm of the ratio in each block; `None` with fewer than [`FEWEST`].
#[must_use]
pub fn paired(logarithms: &[f64], nulls: &mut Nulls) -> Option<Paired> {
    let logarithms = &logarithms[..logarithms.len().min(MOST)];
    if logarithms.len() < FEWEST {
        return None;
    }
    let Null { from_end, coverage, .. } = *nulls.of(logarithms.len());
    let mut walsh = walsh(logarithms);
    let (low, high) = select_ends(&mut walsh, from_end);
    // What is between them is still to be ordered; the middle of that is the middle of all.
    let last = walsh.len() - 1 - from_end;
    let estimate = select_middle(&mut walsh[from_end..=last]);
    Some(Paired { estimate, low, high, coverage, p: p(logarithms, nulls), blocks: logarithms.len() })
}

/// The estimate alone; 0 of nothing.
pub(crate) fn estimate(logarithms: &[f64]) -> f64 {
    select_middle(&mut walsh(logarithms))
}

/// The ends of the interval alone, of one block or more.
pub(crate) fn ends(logarithms: &[f64], null: &Null) -> (f64, f64) {
    select_ends(&mut walsh(logarithms), null.from_end)
}

/// The numbers so far from either end, if these were sorted; both then stand in their places.
pub(crate) fn select_ends(numbers: &mut [f64], from_end: usize) -> (f64, f64) {
    let last = numbers.len() - 1 - from_end;
    let low = *numbers.select_nth_unstable_by(from_end, f64::total_cmp).1;
    let high = if last > from_end {
        *numbers[from_end + 1..].select_nth_unstable_by(last - from_end - 1, f64::total_cmp).1
    } else {
        low
    };
    (low, high)
}

/// The median; 0 of nothing.
pub(crate) fn select_middle(numbers: &mut [f64]) -> f64 {
    let Some(last) = numbers.len().checked_sub(1) else { return 0.0 };
    let (_, middle, above) = numbers.select_nth_unstable_by(last / 2, f64::total_cmp);
    let next = if last % 2 == 0 { None } else { above.iter().copied().reduce(f64::min) };
    f64::midpoint(*middle, next.unwrap_or(*middle))
}

fn walsh(logarithms: &[f64]) -> Vec<f64> {
    let mut walsh = Vec::with_capacity(logarithms.len() * (logarithms.len() + 1) / 2);
    for (index, one) in logarithms.iter().enumerate() {
        walsh.extend(logarithms[index..].iter().map(|other| (one + other) / 2.0));
    }
    walsh
}

/// The signed ranks of some blocks.
struct Ranks {
    /// Of those that are not zero, twice each: the mean of two ranks may be half a number.
    doubled: Vec<usize>,
    /// The lesser of the sums over the two signs, doubled.
    lesser: usize,
    has_ties: bool,
}

impl Ranks {
    fn of(logarithms: &[f64]) -> Self {
        let sorted: Vec<(f64, bool)> = by(logarithms, |log| log.abs()).into_iter().map(|log| (log.abs(), log > 0.0)).collect();
        let mut ranks = Self { doubled: Vec::with_capacity(sorted.len()), lesser: 0, has_ties: false };
        let (mut above, mut from) = (0, 0);
        while from < sorted.len() {
            let least = sorted[from].0;
            let tied = sorted[from..].iter().take_while(|(size, _)| size - least <= SAME).count();
            let doubled = 2 * from + tied + 1;
            ranks.has_ties |= tied > 1;
            if least > SAME {
                above += doubled * sorted[from..from + tied].iter().filter(|(_, is_above)| *is_above).count();
                ranks.doubled.extend(std::iter::repeat_n(doubled, tied));
            } else {
                // Zeros: their ranks are taken, and count on neither side.
                ranks.has_ties = true;
            }
            from += tied;
        }
        ranks.lesser = above.min(ranks.doubled.iter().sum::<usize>() - above);
        ranks
    }
}

/// The exact two-sided p of Wilcoxon's signed-rank test.
fn p(logarithms: &[f64], nulls: &mut Nulls) -> f64 {
    let ranks = Ranks::of(logarithms);
    if !ranks.has_ties {
        return nulls.of(logarithms.len()).p(ranks.lesser / 2);
    }
    // Alike ranks, as of all blocks tied, are small numbers when divided by what they share.
    let shared = ranks.doubled.iter().copied().fold(0, common_divisor).max(1);
    let divided: Vec<usize> = ranks.doubled.iter().map(|rank| rank / shared).collect();
    let chances = cumulative(&divided, ranks.lesser / shared);
    chances.last().map_or(1.0, |chance| (2.0 * chance).min(1.0))
}

/// About the same, as if there were no ties: for draws, which repeat blocks.
pub(crate) fn p_without_ties(logarithms: &[f64], null: &Null) -> f64 {
    null.p(Ranks::of(logarithms).lesser / 2)
}

fn common_divisor(one: usize, other: usize) -> usize {
    if other == 0 { one } else { common_divisor(other, one % other) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(logarithms: &[f64]) -> Paired {
        paired(logarithms, &mut Nulls::default()).unwrap()
    }

    fn close(ours: f64, theirs: f64) {
        assert!((ours - theirs).abs() < 1e-9, "{ours} is not {theirs}");
    }

    #[test]
    fn tests_are_those_of_scipy() {
        // scipy 1.17.1: stats.wilcoxon(…, method="exact"), and with ties or zeros
        // method=stats.PermutationMethod(n_resamples=numpy.inf), zero_method="pratt": all signs, gone through.
        close(of(&[0.12, -0.05, 0.31, 0.08, 0.22, 0.17, -0.02, 0.41]).p, 0.039_062_5);
        close(of(&[0.021, 0.034, -0.011, 0.056, 0.041, 0.009, 0.027, -0.004, 0.061, 0.038, 0.017, 0.045]).p, 0.003_417_968_75);
        close(of(&[1.0, 1.0, -2.0, 3.0, 3.0, 3.0, -1.0, 4.0, 5.0]).p, 0.058_593_75);
        close(of(&[0.0, 0.0, 1.0, 1.0, -2.0, 3.0, 3.0, 3.0, -1.0, 4.0, 5.0]).p, 0.058_593_75);
        close(of(&[2.0; 7]).p, 0.015_625);
        close(of(&[0.0; 7]).p, 1.0);
    }

    #[test]
    fn intervals_and_estimates_are_those_of_the_ordered_walsh_averages() {
        // The same in numpy 2 over scipy 1.17.1's distribution: numpy.median of all (d[i] + d[j]) / 2, i <= j; the ends at the
        // greatest c with 2 * WilcoxonDistribution(n).cdf(c) <= 0.05.
        let eight = of(&[0.12, -0.05, 0.31, 0.08, 0.22, 0.17, -0.02, 0.41]);
        [(eight.estimate, 0.1475), (eight.low, 0.015), (eight.high, 0.31), (eight.coverage, 0.960_937_5)]
            .into_iter()
            .for_each(|(ours, theirs)| close(ours, theirs));
        let twelve = of(&[0.021, 0.034, -0.011, 0.056, 0.041, 0.009, 0.027, -0.004, 0.061, 0.038, 0.017, 0.045]);
        [(twelve.estimate, 0.028), (twelve.low, 0.013), (twelve.high, 0.043), (twelve.coverage, 0.957_519_531_25)]
            .into_iter()
            .for_each(|(ours, theirs)| close(ours, theirs));
    }

    #[test]
    fn coverage_is_that_of_the_distribution_of_signed_ranks() {
        let known = [
            (3, 0, 0.75),
            (5, 0, 0.9375),
            (6, 0, 0.968_75),
            (8, 3, 0.960_937_5),
            (20, 52, 0.951_559_066_772_460_9),
            (50, 434, 0.950_553_593_199_398_3),
        ];
        let mut nulls = Nulls::default();
        for (blocks, from_end, coverage) in known {
            let null = nulls.of(blocks);
            assert!(null.from_end == from_end && (null.coverage - coverage).abs() < 1e-12, "{blocks}: {null:?}");
        }
    }

    #[test]
    fn a_ratio_turned_round_has_all_of_it_turned_round() {
        let one = [0.3, 0.1, -0.2, 0.25, 0.4, 0.15, 0.0];
        let other = one.map(|log| -log);
        let (one, other) = (of(&one), of(&other));
        close(one.estimate, -other.estimate);
        close(one.low, -other.high);
        close(one.p, other.p);
    }

    #[test]
    fn five_blocks_never_reach_a_twentieth_and_two_have_nothing_to_say() {
        let five = of(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!((five.p, five.low, five.high, five.coverage), (0.0625, 1.0, 5.0, 0.9375));
        close(of(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).p, 0.031_25);
        assert_eq!(paired(&[1.0, 2.0], &mut Nulls::default()), None);
    }
}
