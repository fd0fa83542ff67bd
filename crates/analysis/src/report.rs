//! A run as people and tools are given it: everything that follows from its log.

use protocol::report::{REPORT_VERSION, Report};
use protocol::{Run, Submission};

use crate::summary::{Summarised, summarise, tracing_costs};
use crate::sweep::{crossovers, points};

/// The outcome of a run, as far as it got.
#[must_use]
pub fn report(run: &Run) -> Report {
    let submission = &run.submission;
    let (experiment, catalog) = (&submission.experiment, &submission.catalog);
    let Summarised { summary, comparisons, noise_floor, points, crossovers } = summarised(run);
    Report {
        version: REPORT_VERSION,
        id: submission.id.clone(),
        started_ms: run.started_ms(),
        experiment: experiment.clone(),
        machine: submission.machine.clone(),
        build: submission.build.clone(),
        catalog: catalog.clone(),
        state: run.state,
        plan: run.plan.clone(),
        trials: run.trials.clone(),
        summary,
        comparisons,
        noise_floor,
        points,
        crossovers,
        tracing: tracing_costs(experiment, &run.trials),
        conditions: run.conditions.clone(),
    }
}

/// What the trials of a run amount to so far: as a whole, or at each value of its sweep.
#[must_use]
pub fn summarised(run: &Run) -> Summarised {
    let Submission { experiment, catalog, .. } = &run.submission;
    let Some(workload) = catalog.workload(&experiment.workload) else { return Summarised::default() };
    if experiment.sweep.is_none() {
        return summarise(workload, experiment, &run.trials);
    }
    let points = points(workload, experiment, &run.trials);
    let crossovers = crossovers(experiment, &workload.headline.metric, &run.trials, &points);
    Summarised { points, crossovers, ..Summarised::default() }
}
