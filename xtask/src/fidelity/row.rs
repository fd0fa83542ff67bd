//! A row of the table: the rounds of a case, the interval of the ratio, and what that says.
//!
//! Equivalence is shown, not assumed (two one-sided tests, TOST): a row is *within* if the whole interval lies inside the band,
//! *outside* if all of it lies outside, and otherwise nobody can tell. The interval is Hodges and Lehmann's of the logarithm of
//! the ratio in each round (`analysis::paired`): what the machine does to a whole round falls on both sides, and cancels.
//!
//! Sources: D. J. Schuirmann, "A comparison of the two one-sided tests procedure and the power approach", J. Pharmacokinet.
//! Biopharm. 15 (1987); the interval's in `analysis::paired`.

use analysis::interval::median;
use analysis::paired::{Nulls, paired};
use anyhow::{Result, bail};
use serde_json::Value;

use super::cases::Case;
use super::sides::{Came, by_hand, harness};

/// With fewer no interval covers 95 %.
pub(super) const FEWEST_ROUNDS: usize = 6;
/// A row that cannot tell is given as many rounds again, and once more. (Each look is another chance to err, of 5 % at the most:
/// three looks and not one after every round.)
const LOOKS: usize = 3;

/// What a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Within,
    Outside,
    CannotTell,
}

impl Verdict {
    pub(super) const ALL: [Self; 3] = [Self::Within, Self::Outside, Self::CannotTell];

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Within => "within",
            Self::Outside => "outside",
            Self::CannotTell => "cannot tell",
        }
    }

    /// Of an interval of the logarithm of a ratio that may be this far from 1, either way.
    fn of(low: f64, high: f64, band: f64) -> Self {
        let most = (1.0 + band).ln();
        match () {
            () if -most <= low && high <= most => Self::Within,
            () if high < -most || most < low => Self::Outside,
            () => Self::CannotTell,
        }
    }
}

/// A case on one core or on all, and what both sides said.
pub(super) struct Row {
    pub(super) case: Case,
    pub(super) cores: &'static str,
    pub(super) by_hand: Vec<f64>,
    pub(super) harness: Vec<f64>,
    /// Of harness to by hand, the logarithm of the ratio in each round.
    logarithms: Vec<f64>,
}

impl Row {
    pub(super) fn measure(
        case: &Case,
        cores: &'static str,
        rounds: usize,
        order: &mut fastrand::Rng,
        report: &mut Value,
    ) -> Result<Self> {
        let mut row = Self { case: *case, cores, by_hand: Vec::new(), harness: Vec::new(), logarithms: Vec::new() };
        for _ in 0..LOOKS {
            for _ in 0..rounds {
                row.round(order, report)?;
            }
            if row.verdict() != Verdict::CannotTell {
                break;
            }
        }
        Ok(row)
    }

    /// The harness runs its model a second time by itself, as its control: so both sides have two processes in a round, which
    /// counts once, by their geometric means.
    fn round(&mut self, order: &mut fastrand::Rng, report: &mut Value) -> Result<()> {
        let (mut hand, mut harnessed) = (Vec::new(), Vec::new());
        let hand_first = order.bool();
        for is_hand in [hand_first, !hand_first] {
            if is_hand {
                hand = vec![by_hand(&self.case, self.cores)?, by_hand(&self.case, self.cores)?];
            } else {
                harnessed = harness(&self.case, self.cores, report)?;
            }
        }
        let done: Vec<_> = hand.iter().chain(&harnessed).map(|came| (&came.answer, came.operations)).collect();
        if done.windows(2).any(|pair| pair[0] != pair[1]) {
            let Case(workload, model, params) = self.case;
            bail!("{workload} on {model} ({params}): the two sides did not do the same: {done:?}");
        }
        self.add(&figures(&hand), &figures(&harnessed));
        Ok(())
    }

    fn add(&mut self, by_hand: &[f64], harness: &[f64]) {
        let mean = |figures: &[f64]| figures.iter().map(|figure| figure.ln()).sum::<f64>() / figures.len() as f64;
        self.logarithms.push(mean(harness) - mean(by_hand));
        self.by_hand.extend(by_hand);
        self.harness.extend(harness);
    }

    pub(super) fn rounds(&self) -> usize {
        self.logarithms.len()
    }

    /// The ratio, and the ends of its interval.
    pub(super) fn ratio(&self) -> [f64; 3] {
        let paired = paired(&self.logarithms, &mut Nulls::default());
        paired.map_or([f64::NAN; 3], |paired| [paired.estimate, paired.low, paired.high].map(f64::exp))
    }

    /// How far the ratio may be from 1.
    pub(super) fn band(&self) -> f64 {
        self.case.quantity().band(median(&self.by_hand).unwrap_or_default())
    }

    pub(super) fn verdict(&self) -> Verdict {
        let [_, low, high] = self.ratio();
        Verdict::of(low.ln(), high.ln(), self.band())
    }
}

fn figures(came: &[Came]) -> Vec<f64> {
    came.iter().map(|came| came.figure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(workload: &'static str, ratios: &[f64], by_hand: f64) -> Row {
        let case = Case(workload, "tokio", "units=1");
        let mut row = Row { case, cores: "all", by_hand: Vec::new(), harness: Vec::new(), logarithms: Vec::new() };
        ratios.iter().for_each(|ratio| row.add(&[by_hand], &[by_hand * ratio]));
        row
    }

    #[test]
    fn a_row_is_within_only_if_its_whole_interval_is() {
        let verdict = |ratios: &[f64]| row("ring", ratios, 2000.0).verdict();
        assert_eq!(verdict(&[1.0, 1.01, 0.99, 1.02, 1.0, 1.01]), Verdict::Within);
        assert_eq!(verdict(&[1.0, 1.01, 0.99, 1.02, 1.0, 1.2]), Verdict::CannotTell);
        assert_eq!(verdict(&[1.1, 1.11, 1.09, 1.12, 1.1, 1.2]), Verdict::Outside);
        assert_eq!(verdict(&[0.9, 0.91, 0.89, 0.92, 0.9, 0.8]), Verdict::Outside);
        assert_eq!(verdict(&[]), Verdict::CannotTell);
    }

    #[test]
    fn the_band_is_by_what_is_measured_and_how_short_it_is() {
        let verdict = |workload, ratio: f64, by_hand| row(workload, &[ratio; 6], by_hand).verdict();
        assert_eq!(verdict("ring", 1.09, 900.0), Verdict::Within);
        assert_eq!(verdict("ring", 1.09, 1100.0), Verdict::Outside);
        assert_eq!(verdict("idle-memory", 1.029, 400.0), Verdict::Within);
        assert_eq!(verdict("idle-memory", 1.031, 400.0), Verdict::Outside);
    }

    #[test]
    fn the_fewest_rounds_are_those_with_which_an_interval_covers_95_percent() {
        let coverage = |rounds: usize| paired(&vec![0.0; rounds], &mut Nulls::default()).unwrap().coverage;
        assert!(coverage(FEWEST_ROUNDS) >= 0.95 && coverage(FEWEST_ROUNDS - 1) < 0.95);
    }
}
