//! A run as people and tools are given it: everything that follows from its log.

use protocol::report::{REPORT_VERSION, Report};
use protocol::{Run, Workload};

use crate::summary::{Summarised, summarise, tracing_costs};
use crate::sweep::{crossovers, points};

/// What came of a run, as far as it got.
#[must_use]
pub fn report(run: &Run) -> Report {
    let submission = &run.submission;
    let (experiment, catalog) = (&submission.experiment, &submission.catalog);
    let workload = catalog.workload(&experiment.workload);
    let points = workload.map(|workload| points(workload, experiment, &run.trials)).unwrap_or_default();
    let crossing = |workload: &Workload| crossovers(experiment, &workload.headline.metric, &run.trials, &points);
    let crossovers = workload.map(crossing).unwrap_or_default();
    let Summarised { summary, comparisons, noise_floor } = summarised(run);
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

/// What the trials of a run came to; nothing of a sweep, over all values of which together a median means nothing.
#[must_use]
pub fn summarised(run: &Run) -> Summarised {
    let experiment = &run.submission.experiment;
    let workload = run.submission.catalog.workload(&experiment.workload).filter(|_| experiment.sweep.is_none());
    workload.map(|workload| summarise(workload, experiment, &run.trials)).unwrap_or_default()
}
