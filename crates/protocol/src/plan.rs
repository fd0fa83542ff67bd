//! Which trials an experiment has, and in which order.

use serde::{Deserialize, Serialize};

use crate::{Experiment, Lanes};

/// A trial that is to be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedTrial {
    /// Its place in the order in which trials are run, from 0.
    pub order: u64,
    /// The model's id.
    pub model: String,
    /// The model's id, or for the A/A control the id followed by [`AGAIN`], or for a traced trial by [`TRACED`]: what summaries and
    /// comparisons go by.
    pub label: String,
    /// Which repetition of its label, from 0.
    pub repetition: u64,
    /// The value of the parameter that is swept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<u64>,
}

impl PlannedTrial {
    /// Whether this is the A/A control: the model run a second time, to be compared with itself.
    #[must_use]
    pub fn is_control(&self) -> bool {
        is_control(&self.label)
    }
}

/// What tells the second label of the control's model from its first.
pub const AGAIN: &str = "-again";

/// Whether a label is the A/A control's.
#[must_use]
pub fn is_control(label: &str) -> bool {
    label.ends_with(AGAIN)
}

/// What tells the label of a trial that is run for its lanes. Its figures are those of a trial that was traced, and count nowhere.
pub const TRACED: &str = "-traced";

/// Whether a label is a traced trial's.
#[must_use]
pub fn is_traced(label: &str) -> bool {
    label.ends_with(TRACED)
}

/// The trials of an experiment in the order in which they are run.
///
/// Order is random over *all* trials but one repetition at a time (a randomised block design): drift of the machine falls on every
/// model and every value of a sweep alike, and whatever has come when a run is cancelled is still comparable. The same seed gives the
/// same order. Traced trials come last, where they disturb nothing.
#[must_use]
pub fn plan(experiment: &Experiment) -> Vec<PlannedTrial> {
    let mut random = fastrand::Rng::with_seed(experiment.seed);
    let mut trials = Vec::new();
    for repetition in 0..experiment.repetitions {
        let mut block = block(experiment, repetition);
        random.shuffle(&mut block);
        trials.append(&mut block);
    }
    trials.extend(traced(experiment));
    number(&mut trials);
    trials
}

/// Trials of one repetition: every label at every value.
#[must_use]
pub fn block_size(experiment: &Experiment) -> usize {
    (experiment.models.len() + 1) * experiment.sweep.as_ref().map_or(1, |sweep| sweep.values.len())
}

/// What is left of a plan whose repetitions end here, after so many of its trials: the traced ones.
#[must_use]
pub fn cut(plan: &[PlannedTrial], done: usize) -> Vec<PlannedTrial> {
    let kept = |(index, trial): &(usize, &PlannedTrial)| *index < done || is_traced(&trial.label);
    let mut trials: Vec<PlannedTrial> = plan.iter().enumerate().filter(kept).map(|(_, trial)| trial.clone()).collect();
    number(&mut trials);
    trials
}

fn block(experiment: &Experiment, repetition: u64) -> Vec<PlannedTrial> {
    let mut block = Vec::new();
    let mut add = |at: Option<u64>| {
        for model in &experiment.models {
            block.push(PlannedTrial { order: 0, model: model.clone(), label: model.clone(), repetition, at });
        }
        if let Some(model) = experiment.control() {
            block.push(PlannedTrial { order: 0, model: model.to_owned(), label: format!("{model}{AGAIN}"), repetition, at });
        }
    };
    match &experiment.sweep {
        Some(sweep) => sweep.values.iter().for_each(|value| add(Some(*value))),
        None => add(None),
    }
    block
}

/// One of each model, at the greatest value of a sweep.
fn traced(experiment: &Experiment) -> Vec<PlannedTrial> {
    if experiment.lanes == Lanes::Off {
        return Vec::new();
    }
    let at = experiment.sweep.as_ref().and_then(|sweep| sweep.values.last().copied());
    let one =
        |model: &String| PlannedTrial { order: 0, model: model.clone(), label: format!("{model}{TRACED}"), repetition: 0, at };
    experiment.models.iter().map(one).collect()
}

fn number(trials: &mut [PlannedTrial]) {
    for (order, trial) in (0..).zip(trials) {
        trial.order = order;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn experiment(seed: u64) -> Experiment {
        let models = vec!["threads".into(), "tokio".into(), "actix".into()];
        Experiment { workload: "spawn".into(), models, workers: 2, repetitions: 5, seed, ..Experiment::default() }
    }

    #[test]
    fn every_label_runs_once_in_each_repetition() {
        let trials = plan(&experiment(42));
        assert_eq!(trials.len(), 20);
        for block in trials.chunks(4) {
            let mut labels: Vec<&str> = block.iter().map(|trial| trial.label.as_str()).collect();
            labels.sort_unstable();
            assert_eq!(labels, ["actix", "threads", "tokio", "tokio-again"]);
        }
    }

    #[test]
    fn the_seed_decides_the_order() {
        assert_eq!(plan(&experiment(42)), plan(&experiment(42)));
        assert_ne!(plan(&experiment(42)), plan(&experiment(43)));
    }

    #[test]
    fn a_sweep_runs_every_label_at_every_value_in_each_repetition() {
        let sweep = crate::Sweep { parameter: "units".into(), values: vec![1, 10, 100] };
        let swept = Experiment { sweep: Some(sweep), ..experiment(42) };
        let trials = plan(&swept);
        assert_eq!((trials.len(), block_size(&swept)), (60, 12));
        for block in trials.chunks(12) {
            let mut seen: Vec<(&str, Option<u64>)> = block.iter().map(|trial| (trial.label.as_str(), trial.at)).collect();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), 12, "{block:?}");
        }
    }

    #[test]
    fn traced_trials_come_last_one_a_model_and_stay_when_the_rest_is_cut() {
        let traced = Experiment { lanes: Lanes::On, ..experiment(42) };
        let trials = plan(&traced);
        assert_eq!(trials.len(), 23);
        let labels = |trials: &[PlannedTrial]| trials.iter().map(|trial| trial.label.clone()).collect::<Vec<_>>();
        assert_eq!(labels(&trials[20..]), ["threads-traced", "tokio-traced", "actix-traced"]);
        let cut = cut(&trials, 12);
        assert_eq!(labels(&cut[12..]), labels(&trials[20..]));
        assert!(cut.iter().zip(0..).all(|(trial, order)| trial.order == order), "{cut:?}");
        assert_eq!(cut[..12], trials[..12]);
    }
}
