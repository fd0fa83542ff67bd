//! How long trials took, and so about how long others will.
//!
//! Only the same work says something of it: workload, parameters, workers and model alike. A wait with an unknown part is
//! unknown.

use std::collections::HashMap;
use std::time::Duration;

use protocol::{Experiment, PlannedTrial, Run};

/// Kinds of work that are remembered. Past this all are forgotten: the estimate is a courtesy.
const REMEMBERED: usize = 5_000;

/// About how long a trial of each kind of work takes.
#[derive(Debug, Default)]
pub(crate) struct Took(HashMap<String, Duration>);

impl Took {
    pub(crate) fn remember(&mut self, experiment: &Experiment, planned: &PlannedTrial, took: Duration) {
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        // Half of it from the newest: what is run now says more than what was run an hour ago.
        let mean = self.0.entry(work(experiment, planned)).or_insert(took);
        *mean = (*mean + took) / 2;
    }

    /// About how long the trials of a run take that have not ended. Within a run one model's stand in for another's.
    pub(crate) fn left_of(&self, run: &Run) -> Option<Duration> {
        let of = |planned: &PlannedTrial| self.0.get(&work(&run.submission.experiment, planned)).copied();
        let plan = run.planned();
        let known: Vec<Duration> = plan.iter().filter_map(of).collect();
        let mean = known.iter().sum::<Duration>().checked_div(u32::try_from(known.len()).ok()?);
        plan.get(run.trials.len()..)?.iter().map(|planned| of(planned).or(mean)).sum()
    }
}

/// What two trials have in common that do the same work.
fn work(experiment: &Experiment, planned: &PlannedTrial) -> String {
    let one = experiment.at(planned.at, planned.also_at);
    let alone = Experiment { models: vec![planned.model.clone()], ..one.work() };
    serde_json::to_string(&alone).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use protocol::{Submission, Value};
    use serde_json::json;

    use super::*;

    fn run(units: u64, seed: u64) -> Run {
        let experiment: Experiment = serde_json::from_value(json!({
            "workload": "wait", "params": {"units": Value::from(units)}, "models": ["threads", "tokio"],
            "workers": 2, "repetitions": 2, "seed": seed
        }))
        .unwrap();
        Run { submission: Submission { experiment, ..Submission::default() }, ..Run::default() }
    }

    fn of(model: &str) -> PlannedTrial {
        PlannedTrial { model: model.into(), ..PlannedTrial::default() }
    }

    #[test]
    fn a_wait_is_told_from_the_same_work_alone() {
        let mut took = Took::default();
        assert_eq!(took.left_of(&run(10, 1)), None);
        took.remember(&run(10, 1).submission.experiment, &of("threads"), Duration::from_secs(2));
        assert_eq!(took.left_of(&run(10, 2)), Some(Duration::from_secs(12)), "two models and the control, twice");
        assert_eq!(took.left_of(&run(20, 1)), None, "other parameters");
        took.remember(&run(10, 1).submission.experiment, &of("tokio"), Duration::from_secs(1));
        assert_eq!(took.left_of(&run(10, 2)), Some(Duration::from_secs(8)), "each model by its own");
    }
}
