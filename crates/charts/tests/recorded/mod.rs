//! The recorded sample, and a run's report as it is written everywhere.

use protocol::{Experiment, Run, RunState, Submission, Trial};

use crate::support::catalog;

/// A run's report, as it is written everywhere.
pub(crate) fn json(run: &Run) -> String {
    serde_json::to_string(&analysis::report::report(run)).expect("a report can be written")
}

/// The sample that the page opens with: a report, read by hand.
pub(crate) fn sample() -> Run {
    let text = include_str!("../../../../server/tests/stored/report-0.1.0.json");
    let report: serde_json::Value = serde_json::from_str(text).expect("the sample is JSON");
    let part = |name: &str| report[name].clone();
    let experiment: Experiment = serde_json::from_value(part("experiment")).expect("an experiment");
    let submission = Submission {
        submitted_ms: report["started_ms"].as_u64().expect("a moment"),
        machine: serde_json::from_value(part("machine")).expect("a machine"),
        build: serde_json::from_value(part("build")).expect("a build"),
        catalog: catalog().slice(&experiment),
        experiment,
        ..Submission::default()
    };
    let trials: Vec<Trial> = serde_json::from_value(part("trials")).expect("trials");
    let plan = trials.iter().map(|trial| trial.planned.clone()).collect();
    Run { submission, state: RunState::Finished, plan, trials, ..Run::default() }
}
