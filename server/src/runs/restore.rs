//! A run of an earlier server, told again from what was stored of it.

use std::sync::Arc;

use analysis::adaptive::is_sure;
use protocol::event::Happening;
use protocol::plan::{PlannedTrial, cut, is_traced, plan};
use protocol::{Report, Run, RunState, Trial, TrialStatus, Until};

use super::log::Log;
use crate::context::Context;

/// A run of an earlier server, as its report tells it.
pub(crate) fn of_store(context: &Context, report: Report) -> (Run, Arc<Log>) {
    let log = Log::new();
    let plan = planned(context, &report);
    let state = if report.trials.len() < plan.len() || report.trials.iter().any(|trial| trial.status == TrialStatus::Cancelled) {
        RunState::Cancelled
    } else {
        RunState::Finished
    };
    log.push(0, Happening::Queued { position: 0, expected_wait_ms: None });
    log.push(0, Happening::Started { plan: plan.clone() });
    for trial in &report.trials {
        log.push(0, Happening::TrialStarted { order: trial.order });
        log.push(0, Happening::TrialFinished { trial: Box::new(trial.clone()) });
    }
    log.push(0, if state == RunState::Finished { Happening::Finished } else { Happening::Cancelled });
    let run = Run {
        id: report.id.clone(),
        experiment: report.experiment.clone(),
        state,
        position: 0,
        expected_wait_ms: None,
        plan,
        trials: report.trials.clone(),
        last_event: log.last(),
        report: Some(report),
    };
    (run, log)
}

/// The trials that were to be run, less those that were not needed any more.
fn planned(context: &Context, report: &Report) -> Vec<PlannedTrial> {
    let whole = plan(&report.experiment);
    let workload = context.catalog.workload(&report.experiment.workload);
    let measured: Vec<Trial> = report.trials.iter().filter(|trial| !is_traced(&trial.label)).cloned().collect();
    let sure = report.experiment.until == Until::Sure
        && workload.is_some_and(|workload| is_sure(workload, &report.experiment, &measured));
    if sure { cut(&whole, measured.len()) } else { whole }
}
