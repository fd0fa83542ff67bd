//! What a run is called, what comes of it, and how it is told again from what was stored.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use analysis::adaptive::is_sure;
use analysis::summarise;
use analysis::summary::tracing_costs;
use analysis::sweep::{crossovers, points};
use protocol::event::Happening;
use protocol::plan::{PlannedTrial, cut, is_traced, plan};
use protocol::report::REPORT_VERSION;
use protocol::{Report, Run, RunState, Trial, TrialStatus, Until};

use crate::context::Context;
use crate::log::Log;

/// What came of a run, as far as it got. `started_ms` is the time of day at which its turn came.
pub(crate) fn report(context: &Context, run: &Run, started_ms: u64) -> Report {
    let Run { id, experiment, trials, .. } = run;
    let workload = context.catalog.workload(&experiment.workload);
    let points = workload.map(|workload| points(workload, experiment, trials)).unwrap_or_default();
    let crossovers =
        workload.map(|workload| crossovers(experiment, workload.headline.metric, trials, &points)).unwrap_or_default();
    // Over all values of a sweep together a median means nothing.
    let summarised = workload.filter(|_| points.is_empty()).map(|workload| summarise(workload, experiment, trials));
    let summarised = summarised.unwrap_or_default();
    Report {
        version: REPORT_VERSION,
        id: id.clone(),
        started_ms,
        experiment: experiment.clone(),
        machine: context.here.machine.clone(),
        build: context.here.build.clone(),
        trials: trials.clone(),
        summary: summarised.summary,
        comparisons: summarised.comparisons,
        noise_floor: summarised.noise_floor,
        points,
        crossovers,
        tracing: tracing_costs(experiment, trials),
        conditions: None,
    }
}

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

/// Ten letters and digits: nobody comes upon another's run by guessing, and it still fits a link.
pub(crate) fn new_id() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 10];
    // Where the system has no randomness the time must do: ids then are still different.
    if getrandom::fill(&mut bytes).is_err() {
        bytes.copy_from_slice(&now_ms().to_le_bytes().repeat(2)[..10]);
    }
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

/// The time of day: milliseconds since 1970, UTC.
pub(crate) fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
