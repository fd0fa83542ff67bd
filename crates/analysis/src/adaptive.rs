//! When to stop if an experiment is to run only until it can tell.
//!
//! If one looks after each trial and stops at the first verdict, one is found sooner or later, even between a model and itself.
//! So there are a few looks, at numbers of repetitions that double: simulated, that costs 2 to 3 % false verdicts, while a look
//! after every repetition costs 5 to 7 % (examples/noise_floor.rs; tests/false_positives.rs holds it).

use protocol::plan::block_size;
use protocol::report::{Comparison, Verdict};
use protocol::{Experiment, Trial, Workload};

use crate::summary::summarise;
use crate::sweep::points;

/// The repetitions after which it is looked.
const LOOKS: [u64; 4] = [5, 10, 20, 40];

/// Whether the trials so far tell every pair of an experiment's models apart, at every value of a sweep.
///
/// Only after whole repetitions, and only at a look. A pair of which one model has come to no result at all does not count: more
/// of the same would not tell it apart.
#[must_use]
pub fn is_sure(workload: &Workload, experiment: &Experiment, trials: &[Trial]) -> bool {
    let measured = trials.iter().filter(|trial| trial.planned.is_measured()).count() as u64;
    if !LOOKS.iter().any(|look| look * block_size(experiment) == measured) {
        return false;
    }
    let told = |comparisons: &[Comparison]| comparisons.iter().all(|comparison| comparison.verdict != Verdict::CannotTell);
    match experiment.sweep {
        None => told(&summarise(workload, experiment, trials).comparisons),
        Some(_) => points(workload, experiment, trials).iter().all(|point| told(&point.comparisons)),
    }
}
