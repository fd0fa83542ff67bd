//! How many more repetitions it would take to tell two models apart.
//!
//! The repetitions so far are kept, and those to come are drawn from them, each with what the control showed in it; then it is
//! asked, as it would be, whether that is told. The answer is the least number with which it is told in eight of ten draws. How
//! different the models are is not known either: so each draw first draws again what the repetitions so far may be a sample of.
//! How good the answer is, the simulation says (`examples/verdicts.rs`, `tests/verdicts.rs`).

use protocol::report::{Because, Comparison};
use protocol::{Catalog, Experiment, ParameterKind, Role, Trial};

use crate::adaptive::looks;
use crate::compare::{ALPHA, FEWEST_FOR_A_VERDICT, LEAST_FACTOR, factor_of, holm};
use crate::paired::{MOST, Null, Nulls, ends, estimate, p_without_ties};
use crate::quantities::reader;
use crate::samples::{Blocks, Values, ratios};

/// Draws for each number of repetitions, and in how many it must be told.
const DRAWS: usize = 50;
const TOLD: usize = 40;

/// Answers for the comparisons of one quantity.
#[derive(Debug)]
pub struct Forecast<'a> {
    experiment: &'a Experiment,
    blocks: Blocks<'a>,
    key: &'a str,
    /// Repetitions in all that can be had.
    most: u64,
    control: Values,
    nulls: Nulls,
}

/// A pair of models in the repetitions that have all of them: logarithms of their ratio, and of the control's.
struct Pair {
    own: Vec<f64>,
    control: Vec<f64>,
    /// What the p has to be multiplied by.
    of: f64,
}

/// The greatest number of repetitions that the catalogue lets an experiment have; 0 if it does not say.
#[must_use]
pub fn most_repetitions(catalog: &Catalog) -> u64 {
    match catalog.method.iter().find(|parameter| parameter.name == "repetitions").map(|parameter| &parameter.kind) {
        Some(ParameterKind::Integer { max, .. }) => *max,
        _ => 0,
    }
}

impl<'a> Forecast<'a> {
    /// For comparisons by this quantity; `most` is the greatest number of repetitions that an experiment can have.
    #[must_use]
    pub fn new(experiment: &'a Experiment, trials: &'a [Trial], key: &'a str, most: u64) -> Self {
        let blocks = Blocks::of(trials);
        let control = experiment.control().map(|model| {
            let of = |role| blocks.values(model, role, reader(key));
            ratios(&of(Role::Control), &of(Role::Plain))
        });
        // What is compared is never more.
        let most = most.min(MOST as u64);
        Self { experiment, key, most, control: control.unwrap_or_default(), blocks, nulls: Nulls::default() }
    }

    /// For each of these, which are all that are shown of the quantity; `None` where it is told, and where no number would do.
    pub fn fill(&mut self, comparisons: &mut [Comparison]) {
        let numbers: Vec<Option<u64>> = (0..comparisons.len()).map(|index| self.more(comparisons, index)).collect();
        for (comparison, more) in comparisons.iter_mut().zip(numbers) {
            comparison.more_repetitions = more;
        }
    }

    /// For one of these, which are all that are shown of the quantity.
    #[must_use]
    pub fn more(&mut self, all: &[Comparison], index: usize) -> Option<u64> {
        let comparison = all.get(index)?;
        let more_would_help = [Because::TooFew, Because::Interval, Because::Pairs, Because::Control];
        if !comparison.because.is_some_and(|because| more_would_help.contains(&because)) {
            return None;
        }
        let looks = looks(self.experiment).len() as f64;
        let ps: Vec<f64> = all.iter().map(|comparison| comparison.p).collect();
        let pair = self.pair(comparison, holm(&ps)[index].of * looks)?;
        let done = pair.own.len() as u64;
        let most = done + self.most.checked_sub(self.experiment.repetitions()).filter(|more| *more > 0)?;
        let (mut too_few, mut enough) = (done.max(FEWEST_FOR_A_VERDICT - 1), most);
        if too_few >= most || !self.is_told(&pair, most) {
            return None;
        }
        while enough - too_few > 1 {
            let middle = u64::midpoint(too_few, enough);
            if self.is_told(&pair, middle) { enough = middle } else { too_few = middle }
        }
        Some(enough - done)
    }

    fn pair(&self, comparison: &Comparison, of: f64) -> Option<Pair> {
        let values = |model: &str| self.blocks.values(model, Role::Plain, reader(self.key));
        let own = ratios(&values(&comparison.a), &values(&comparison.b));
        let mut pair = Pair { own: Vec::new(), control: Vec::new(), of };
        for (repetition, logarithm) in own {
            if let Ok(found) = self.control.binary_search_by_key(&repetition, |(repetition, _)| *repetition) {
                pair.own.push(logarithm);
                pair.control.push(self.control[found].1);
            }
        }
        (!pair.own.is_empty()).then_some(pair)
    }

    /// Whether it is told often enough after so many repetitions in all.
    fn is_told(&mut self, pair: &Pair, repetitions: u64) -> bool {
        let mut random = fastrand::Rng::with_seed(self.experiment.seed() ^ repetitions);
        let null = self.nulls.of(usize::try_from(repetitions).unwrap_or(0));
        let (mut told, mut missed) = (0, 0);
        while told < TOLD && missed <= DRAWS - TOLD {
            if is_told(pair, repetitions, null, &mut random) { told += 1 } else { missed += 1 }
        }
        told == TOLD
    }
}

/// Whether one draw is told: the repetitions so far, and others from what those may be a sample of, which is drawn first.
fn is_told(pair: &Pair, repetitions: u64, null: &Null, random: &mut fastrand::Rng) -> bool {
    let done = pair.own.len();
    let may_be: Vec<usize> = (0..done).map(|_| random.usize(..done)).collect();
    let (mut own, mut control) = (pair.own.clone(), pair.control.clone());
    for _ in done as u64..repetitions {
        let drawn = may_be[random.usize(..done)];
        own.push(pair.own[drawn]);
        control.push(pair.control[drawn]);
    }
    if p_without_ties(&own, null) * pair.of > ALPHA {
        return false;
    }
    let (low, high) = ends(&control, null);
    estimate(&own).abs() > factor_of(low, high).max(LEAST_FACTOR).ln()
}
