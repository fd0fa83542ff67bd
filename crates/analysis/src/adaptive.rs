//! When to stop if an experiment is to run only until it can tell.
//!
//! If one looks after each trial and stops at the first verdict, one is found sooner or later, even between a model and itself.
//! So there are a few looks, at numbers of repetitions that double, and each of them may be wrong in its part of the 5 % alone:
//! every p is multiplied by the number of looks (Bonferroni). The first is at as many repetitions as tell the 28 pairs of eight
//! models apart in spite of that.

use protocol::plan::block_size;
use protocol::report::{Because, Comparison, Verdict};
use protocol::{Experiment, Trial, Workload};

use crate::summary::headline;
use crate::sweep::points;

/// The repetitions after which it is looked, besides the last.
const LOOKS: [u64; 3] = [12, 24, 48];

/// The repetitions after which it is looked at an experiment's trials: once, at its end, unless it ends as soon as it can tell.
#[must_use]
pub fn looks(experiment: &Experiment) -> Vec<u64> {
    let last = experiment.repetitions();
    let before = LOOKS.into_iter().filter(|look| *look < last && experiment.ends_when_sure());
    before.chain([last]).collect()
}

/// Whether the trials so far tell every pair of an experiment's models apart, at every point of a sweep.
///
/// Only after whole repetitions, and only at a look; never if no figure is compared. A pair of which one model has come to no
/// result at all does not count, nor one whose trials are too short: more of the same would not tell it apart.
#[must_use]
pub fn is_sure(workload: &Workload, experiment: &Experiment, trials: &[Trial]) -> bool {
    let measured = trials.iter().filter(|trial| trial.planned.is_measured()).count() as u64;
    if !workload.compares() || !looks(experiment).iter().any(|look| look * block_size(experiment) == measured) {
        return false;
    }
    match experiment.sweep {
        None => headline(workload, experiment, trials).comparisons.iter().all(is_settled),
        Some(_) => points(workload, experiment, trials, None).iter().all(|point| point.comparisons.iter().all(is_settled)),
    }
}

/// Whether more trials of the same kind would add nothing to a pair.
pub(crate) fn is_settled(comparison: &Comparison) -> bool {
    let in_vain = matches!(comparison.because, Some(Because::Short | Because::FewSamples | Because::Late));
    in_vain || comparison.verdict != Verdict::CannotTell
}
