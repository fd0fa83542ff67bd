//! How long trials took, and so about how long others will.
//!
//! Only the same work says something of it: workload, parameters, workers and model alike. A wait of which a part is not known is not known.

use std::collections::HashMap;
use std::time::Duration;

use protocol::plan::PlannedTrial;
use protocol::{Experiment, Lanes, Run, Until};

/// Kinds of work that are remembered. Past this all are forgotten: the estimate is a courtesy.
const REMEMBERED: usize = 1_000;

/// About how long a trial of each kind of work takes.
#[derive(Debug, Default)]
pub(crate) struct Took(HashMap<String, Duration>);

impl Took {
    pub(crate) fn remember(&mut self, experiment: &Experiment, model: &str, at: Option<u64>, took: Duration) {
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        // Half of it from the newest: what is run now says more than what was run an hour ago.
        let mean = self.0.entry(work(experiment, model, at)).or_insert(took);
        *mean = (*mean + took) / 2;
    }

    /// About how long the trials of a run take that have not ended. Within a run one model's stand in for another's.
    pub(crate) fn left_of(&self, run: &Run) -> Option<Duration> {
        let of = |planned: &PlannedTrial| self.0.get(&work(&run.experiment, &planned.model, planned.at)).copied();
        let known: Vec<Duration> = run.plan.iter().filter_map(of).collect();
        let mean = known.iter().sum::<Duration>().checked_div(u32::try_from(known.len()).ok()?);
        run.plan.get(run.trials.len()..)?.iter().map(|planned| of(planned).or(mean)).sum()
    }
}

/// What two trials have in common that do the same work: everything but the seed, the order and how often.
fn work(experiment: &Experiment, model: &str, at: Option<u64>) -> String {
    let (models, until, lanes) = (vec![model.to_owned()], Until::default(), Lanes::default());
    let alone = Experiment { models, repetitions: 1, until, lanes, seed: 0, ..experiment.at(at) };
    serde_json::to_string(&alone).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use protocol::plan::plan;
    use protocol::{RunState, Value};
    use serde_json::json;

    use super::*;

    fn run(units: u64, seed: u64) -> Run {
        let experiment: Experiment = serde_json::from_value(json!({
            "workload": "wait", "params": {"units": Value::from(units)}, "models": ["threads", "tokio"],
            "workers": 2, "repetitions": 2, "seed": seed
        }))
        .unwrap();
        Run {
            id: "a".into(),
            plan: plan(&experiment),
            experiment,
            state: RunState::Queued,
            position: 0,
            expected_wait_ms: None,
            trials: Vec::new(),
            last_event: 0,
            report: None,
        }
    }

    #[test]
    fn a_wait_is_told_from_the_same_work_alone() {
        let mut took = Took::default();
        assert_eq!(took.left_of(&run(10, 1)), None);
        took.remember(&run(10, 1).experiment, "threads", None, Duration::from_secs(2));
        assert_eq!(took.left_of(&run(10, 2)), Some(Duration::from_secs(12)), "two models and the control, twice");
        assert_eq!(took.left_of(&run(20, 1)), None, "other parameters");
        took.remember(&run(10, 1).experiment, "tokio", None, Duration::from_secs(1));
        assert_eq!(took.left_of(&run(10, 2)), Some(Duration::from_secs(8)), "each model by its own");
    }
}
