//! Two independent samples compared: estimate, interval and exact test of the difference of their logarithms, the ratio of two
//! runs.
//!
//! Two runs were not interleaved: their repetitions are no pairs, and nothing that falls on a whole run cancels. So all of one is
//! held against all of the other.
//!
//! - *Estimate*: the median of all differences between one of the second and one of the first (Hodges and Lehmann).
//! - *Test*: the rank-sum test of Wilcoxon, Mann and Whitney, two-sided. Tied values share the mean of their ranks; the distribution
//!   is that over all ways to choose which of the very ranks that there are belong to the first, so that ties are exact too.
//! - *Interval*: between the k-th least and the k-th greatest of the differences, with its coverage from the same distribution without
//!   ties; all of them if no k reaches 95 %.
//!
//! Source: M. Hollander, D. A. Wolfe, E. Chicken, "Nonparametric Statistical Methods", 3rd ed. (2014), chapter 4.

use crate::interval::{COVERAGE, FEWEST};
use crate::order::sorted;
use crate::paired::{select_ends, select_middle};

/// Values of one side that are looked at, at the most: more than a run can have, so that a foreign file cannot ask for hours.
const MOST: usize = 60;

/// Pairs of values, one of either side, up to which ties are gone through: what takes more is the same to three figures without.
const MOST_PAIRS_WITH_TIES: usize = 900;

/// Logarithms that differ by less are the same number, computed in another way.
const SAME: f64 = 1e-12;

/// How the second of two samples compares with the first. The first three are logarithms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unpaired {
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
    /// How many values the smaller sample has.
    pub fewest: usize,
}

/// The distributions of rank sums without ties, by the sizes of both samples, each computed when it is first needed.
#[derive(Debug, Default)]
pub struct RankSums(Vec<RankSum>);

#[derive(Debug)]
struct RankSum {
    sizes: (usize, usize),
    /// The chance that so many pairs at the most, one of either sample, have the first's above the second's; up to half of all.
    chances: Vec<f64>,
    /// How far from its ends a sorted list of differences has the interval's, and what that covers.
    from_end: usize,
    coverage: f64,
}

impl RankSums {
    fn of(&mut self, sizes: (usize, usize)) -> &RankSum {
        let known = self.0.iter().position(|known| known.sizes == sizes);
        let place = known.unwrap_or_else(|| {
            self.0.push(RankSum::new(sizes));
            self.0.len() - 1
        });
        &self.0[place]
    }
}

impl RankSum {
    fn new(sizes: (usize, usize)) -> Self {
        let (one, other) = sizes;
        let ranks: Vec<usize> = (1..=one + other).collect();
        let chances = cumulative(&ranks, one, one * other / 2);
        let from_end = chances.partition_point(|chance| 2.0 * chance <= 1.0 - COVERAGE).saturating_sub(1);
        let coverage = (1.0 - 2.0 * chances[from_end]).max(0.0);
        Self { sizes, chances, from_end, coverage }
    }
}

/// The chances that the sum of so many of these ascending ranks, any as likely as any others, is at most 0, 1, …, `most` above
/// the least that it can be.
fn cumulative(ranks: &[usize], chosen: usize, most: usize) -> Vec<f64> {
    let wide = most + 1;
    // In how many ways, first: a row for each number of ranks that were chosen, of how far the sum is above the least of so many.
    let mut ways = vec![0.0; (chosen + 1) * wide];
    ways[0] = 1.0;
    for (before, rank) in ranks.iter().enumerate() {
        let still_to_choose = chosen.saturating_sub(ranks.len() - before - 1);
        for row in (still_to_choose.max(1)..=chosen.min(before + 1)).rev() {
            let further = rank - ranks[row - 1];
            let (fewer, these) = ways.split_at_mut(row * wide);
            let fewer = &fewer[(row - 1) * wide..];
            these[..wide].iter_mut().skip(further).zip(fewer).for_each(|(to, from)| *to += from);
        }
    }
    let all: f64 = (0..chosen).map(|index| (ranks.len() - index) as f64 / (index + 1) as f64).product();
    let mut sum = 0.0;
    let chance = |ways: &f64| {
        sum += ways;
        sum / all
    };
    ways[chosen * wide..].iter().map(chance).collect()
}

/// Compares by the logarithms of both; `None` if one has fewer than [`FEWEST`].
#[must_use]
pub fn unpaired(first: &[f64], second: &[f64], known: &mut RankSums) -> Option<Unpaired> {
    let (first, second) = (&first[..first.len().min(MOST)], &second[..second.len().min(MOST)]);
    let fewest = first.len().min(second.len());
    if fewest < FEWEST {
        return None;
    }
    let mut differences: Vec<f64> = second.iter().flat_map(|second| first.iter().map(move |first| second - first)).collect();
    let of_ranks = known.of((first.len(), second.len()));
    let RankSum { from_end, coverage, .. } = *of_ranks;
    let (low, high) = select_ends(&mut differences, from_end);
    // The middle of what is between them is the middle of all.
    let last = differences.len() - 1 - from_end;
    let estimate = select_middle(&mut differences[from_end..=last]);
    Some(Unpaired { estimate, low, high, coverage, p: p(first, second, of_ranks), fewest })
}

/// The two-sided p of the rank-sum test: twice the rarer of the two tails, its own sum included. Exact; of ties in very many
/// values a little too great, as if they were broken in favour of no difference.
fn p(first: &[f64], second: &[f64], without_ties: &RankSum) -> f64 {
    let all = sorted(&[first, second].concat());
    // Twice each: the mean of two ranks may be half a number.
    let doubled = |value: f64| {
        let below = all.partition_point(|other| *other < value - SAME);
        below + all.partition_point(|other| *other <= value + SAME) + 1
    };
    let sum_of = |these: &[f64]| these.iter().map(|value| doubled(*value)).sum::<usize>();
    let ranks: Vec<usize> = all.iter().map(|value| doubled(*value)).collect();
    let has_ties = ranks.windows(2).any(|pair| pair[0] == pair[1]);
    if !has_ties || first.len() * second.len() > MOST_PAIRS_WITH_TIES {
        let above = [first, second].map(|these| sum_of(these) - these.len() * (these.len() + 1));
        let above = above[0].min(above[1]).div_ceil(2);
        return without_ties.chances.get(above).map_or(1.0, |chance| (2.0 * chance).min(1.0));
    }
    let shared = ranks.iter().copied().fold(0, common_divisor).max(1);
    let ranks: Vec<usize> = ranks.iter().map(|rank| rank / shared).collect();
    let above_least = |these: &[f64]| sum_of(these) / shared - ranks[..these.len()].iter().sum::<usize>();
    // Of the two the one whose sum is nearer to its least: it is as far out as the other, and takes less to go through.
    let (one, other) = (above_least(first), above_least(second));
    let (above, chosen) = if one <= other { (one, first.len()) } else { (other, second.len()) };
    let chances = cumulative(&ranks, chosen, above);
    let at_least = 1.0 - above.checked_sub(1).map_or(0.0, |below| chances[below]);
    (2.0 * chances[above].min(at_least)).clamp(0.0, 1.0)
}

fn common_divisor(one: usize, other: usize) -> usize {
    if other == 0 { one } else { common_divisor(other, one % other) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(first: &[f64], second: &[f64]) -> Unpaired {
        unpaired(first, second, &mut RankSums::default()).unwrap()
    }

    fn close(ours: f64, theirs: f64) {
        assert!((ours - theirs).abs() < 1e-9, "{ours} is not {theirs}");
    }

    const EIGHT: [f64; 8] = [0.12, -0.05, 0.31, 0.08, 0.22, 0.17, -0.02, 0.41];
    const SEVEN: [f64; 7] = [0.02, -0.11, 0.05, -0.21, 0.13, 0.01, -0.07];
    /// Hollander, Wolfe and Chicken, example 4.1: how permeable a membrane is at term, and at 12 to 26 weeks.
    const AT_TERM: [f64; 10] = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const EARLIER: [f64; 5] = [1.15, 0.88, 0.90, 0.74, 1.21];

    #[test]
    fn tests_are_those_of_scipy() {
        // scipy 1.17.1: stats.mannwhitneyu(…, method="exact"), and with ties
        // method=stats.PermutationMethod(n_resamples=numpy.inf): all ways to choose, gone through.
        close(of(&[19.0, 22.0, 16.0, 29.0, 24.0], &[20.0, 11.0, 17.0, 12.0]).p, 1.0 / 9.0);
        close(of(&AT_TERM, &EARLIER).p, 0.254_412_254_412_254_4);
        close(of(&EIGHT, &SEVEN).p, 0.040_093_240_093_240_09);
        close(of(&[1.0, 1.0, 2.0, 3.0, 3.0, 5.0], &[2.0, 3.0, 4.0, 4.0, 5.0, 5.0, 6.0]).p, 0.095_571_095_571_095_57);
        close(of(&[1.0, 2.0, 2.0, 2.0, 7.0], &[2.0, 2.0, 3.0, 9.0]).p, 0.412_698_412_698_412_6);
        close(of(&[1.0; 6], &[2.0; 6]).p, 0.002_164_502_164_502_164_5);
        close(of(&[1.0; 6], &[1.0; 6]).p, 1.0);
    }

    #[test]
    fn intervals_and_estimates_are_those_of_the_ordered_differences() {
        // numpy 2 over scipy 1.17.1's distribution; the first are those of the book and of R's wilcox.test(…, conf.int = TRUE).
        let cases = [
            (of(&EARLIER, &AT_TERM), [0.305, -0.15, 0.76, 0.960_039_960_039_960_1]),
            (of(&SEVEN, &EIGHT), [0.175, 0.02, 0.36, 0.959_906_759_906_759_7]),
        ];
        for (ours, theirs) in cases {
            [ours.estimate, ours.low, ours.high, ours.coverage]
                .into_iter()
                .zip(theirs)
                .for_each(|(our, their)| close(our, their));
        }
    }

    #[test]
    fn ends_and_coverage_are_those_of_the_tables_of_mann_and_whitney() {
        // The critical values of U, two-sided, 5 %; coverage from scipy 1.17.1.
        let known = [
            ((3, 3), 0, 0.9),
            ((4, 4), 0, 0.971_428_571_428_571_4),
            ((5, 5), 2, 0.968_253_968_253_968_3),
            ((6, 6), 5, 0.958_874_458_874_458_9),
            ((5, 8), 6, 0.954_933_954_933_954_9),
            ((7, 9), 12, 0.958_216_783_216_783_2),
            ((10, 10), 23, 0.956_742_947_455_021_8),
            ((12, 12), 37, 0.955_098_004_700_911_2),
            ((20, 20), 127, 0.950_909_674_810_627_6),
            ((30, 50), 552, 0.950_736_971_036_275_2),
            ((50, 50), 965, 0.950_452_276_401_154_2),
        ];
        let mut rank_sums = RankSums::default();
        for (sizes, from_end, coverage) in known {
            for (one, other) in [sizes, (sizes.1, sizes.0)] {
                let RankSum { from_end: ours, coverage: covers, .. } = *rank_sums.of((one, other));
                assert!(ours == from_end && (covers - coverage).abs() < 1e-9, "{one}, {other}: {ours}, {covers}");
            }
        }
    }

    #[test]
    fn of_very_many_values_ties_make_p_no_less() {
        let draw =
            |random: &mut fastrand::Rng, by: f64| -> Vec<f64> { (0..32).map(|_| (random.f64() * 40.0 + by).round()).collect() };
        let mut random = fastrand::Rng::with_seed(3);
        for by in [0.0, 4.0, 8.0, 12.0] {
            let (first, second) = (draw(&mut random, 0.0), draw(&mut random, by));
            let all = sorted(&[first.clone(), second.clone()].concat());
            let rank = |value: &f64| all.partition_point(|other| other < value) + all.partition_point(|other| other <= value) + 1;
            let ranks: Vec<usize> = all.iter().map(rank).collect();
            let lesser = [&first, &second].map(|these| these.iter().map(rank).sum::<usize>()).into_iter().min().unwrap();
            let chances = cumulative(&ranks, 32, lesser - ranks[..32].iter().sum::<usize>());
            let (exact, ours) = ((2.0 * chances.last().unwrap()).min(1.0), of(&first, &second).p);
            assert!(exact <= ours + 1e-9 && ours <= exact * 1.05 + 1e-3, "{ours} for {exact}");
        }
    }

    #[test]
    fn turned_round_it_says_the_same_turned_round() {
        let (one, other) = (of(&EIGHT, &SEVEN), of(&SEVEN, &EIGHT));
        close(one.estimate, -other.estimate);
        close(one.low, -other.high);
        close(one.p, other.p);
    }

    #[test]
    fn intervals_hold_the_difference_as_often_as_they_say() {
        const DRAWN: usize = 3_000;
        let (mut random, mut rank_sums) = (fastrand::Rng::with_seed(11), RankSums::default());
        for (one, other) in [(3_usize, 5_usize), (6, 6), (7, 12), (12, 12)] {
            let (mut held, mut said) = (0, 0.0);
            for _ in 0..DRAWN {
                let mut draw =
                    |count: usize, by: f64| -> Vec<f64> { (0..count).map(|_| by - random.f64().max(1e-12).ln()).collect() };
                let (first, second) = (draw(one, 0.0), draw(other, 0.5));
                let found = unpaired(&first, &second, &mut rank_sums).unwrap();
                held += usize::from((found.low..=found.high).contains(&0.5));
                said = found.coverage;
            }
            let found = held as f64 / DRAWN as f64;
            let spread = 4.0 * (said * (1.0 - said) / DRAWN as f64).sqrt();
            assert!((found - said).abs() < spread, "{one}, {other}: {found} and not {said}");
        }
    }

    #[test]
    fn two_on_one_side_have_nothing_to_say() {
        assert_eq!(unpaired(&[1.0, 2.0], &[1.0; 9], &mut RankSums::default()), None);
    }
}
