//! A stored report of version 0.1 as a log. It kept neither the plan nor how the run ended: both are read off its trials, and not
//! guessed from what today's rules would have done.

use protocol::log::LOG_VERSION;
use protocol::plan::{block_size, cut, plan};
use protocol::{
    Build, Catalog, Conditions, Experiment, Happening, Machine, PlannedTrial, RunEvent, Submission, Trial, TrialStatus,
};
use serde::Deserialize;

use super::log::check_size;

/// What is read of such a report; everything else in it follows from its trials.
#[derive(Debug, Deserialize)]
struct StoredReport {
    id: String,
    started_ms: u64,
    experiment: Experiment,
    machine: Machine,
    build: Build,
    trials: Vec<Trial>,
    #[serde(default)]
    conditions: Option<Conditions>,
}

/// Read before the rest, which may look different in another version.
#[derive(Debug, Deserialize)]
struct Versioned {
    version: u32,
}

/// The log that such a report amounts to, or why it cannot be read.
pub(super) fn log_of(text: &[u8], id: &str, catalog: &Catalog) -> Result<Vec<RunEvent>, String> {
    let Versioned { version } = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    if version != 1 {
        return Err(format!("it is of version {version}, and a report that is read is of version 1"));
    }
    let report: StoredReport = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    if report.id != id {
        return Err(format!("it is of the run {}", report.id));
    }
    let experiment = &report.experiment;
    check_size(experiment, report.trials.len())?;
    if catalog.workload(&experiment.workload).is_none() {
        return Err(format!("its workload {} is not known here, and it does not explain it", experiment.workload));
    }
    let plan = plan_of(experiment, &report.trials);
    let complete = report.trials.len() >= plan.len() && !report.trials.iter().any(|trial| trial.status == TrialStatus::Cancelled);
    let submission = Submission {
        version: LOG_VERSION,
        id: report.id,
        submitted_ms: report.started_ms,
        catalog: catalog.slice(experiment),
        experiment: report.experiment,
        machine: report.machine,
        build: report.build,
    };
    let mut happenings = vec![
        Happening::Submitted(Box::new(submission)),
        Happening::Queued { position: 0, expected_wait_ms: None },
        Happening::Started { plan },
    ];
    for trial in report.trials {
        happenings.push(Happening::TrialFinished { trial: Box::new(trial) });
    }
    let conditions = report.conditions;
    happenings.push(if complete { Happening::Finished { conditions } } else { Happening::Cancelled { conditions } });
    let numbered = (1..).zip(happenings);
    Ok(numbered.map(|(number, what)| RunEvent { number, at_ms: 0, what }).collect())
}

/// The trials that it had. An experiment that ended because it could tell ended behind a whole repetition, and its last trial is
/// not cancelled; one that was cancelled nearly always has a trial that was.
fn plan_of(experiment: &Experiment, trials: &[Trial]) -> Vec<PlannedTrial> {
    let whole = plan(experiment);
    let measured = trials.iter().filter(|trial| trial.planned.is_measured()).count();
    let cancelled = trials.iter().any(|trial| trial.status == TrialStatus::Cancelled);
    let whole_repetitions = measured > 0 && (measured as u64).is_multiple_of(block_size(experiment));
    let mut plan = if experiment.ends_when_sure() && !cancelled && whole_repetitions { cut(&whole, measured) } else { whole };
    // In the order in which they were run, not the order that the seed gives today.
    plan.iter_mut().zip(trials).for_each(|(planned, trial)| planned.clone_from(&trial.planned));
    plan
}
