//! Which trials an experiment has, and in which order.

use serde::{Deserialize, Serialize};

use crate::Experiment;

/// A trial that is to be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedTrial {
    /// Its place in the order in which trials are run, from 0.
    pub order: u64,
    /// The model's id.
    pub model: String,
    /// The model's id, or for the A/A control the id followed by [`AGAIN`]: what summaries and comparisons go by.
    pub label: String,
    /// Which repetition of its label, from 0.
    pub repetition: u64,
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

/// The trials of an experiment in the order in which they are run.
///
/// Order is random over *all* trials but one repetition at a time (a randomised block design): drift of the machine falls on every
/// model alike, and whatever has come when a run is cancelled is still comparable. The same seed gives the same order.
#[must_use]
pub fn plan(experiment: &Experiment) -> Vec<PlannedTrial> {
    let mut random = fastrand::Rng::with_seed(experiment.seed);
    let mut trials = Vec::new();
    for repetition in 0..experiment.repetitions {
        let mut block: Vec<(String, String)> = experiment.models.iter().map(|model| (model.clone(), model.clone())).collect();
        if let Some(model) = experiment.control() {
            block.push((model.to_owned(), format!("{model}{AGAIN}")));
        }
        random.shuffle(&mut block);
        for (model, label) in block {
            trials.push(PlannedTrial { order: trials.len() as u64, model, label, repetition });
        }
    }
    trials
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn experiment(seed: u64) -> Experiment {
        let models = vec!["threads".into(), "tokio".into(), "actix".into()];
        Experiment {
            workload: "spawn".into(),
            params: BTreeMap::new(),
            models,
            cores: crate::Cores::All,
            workers: 2,
            repetitions: 5,
            seed,
        }
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
}
