//! A run as people and tools are given it: everything that follows from its log.

use protocol::report::{REPORT_VERSION, Report};
use protocol::{Run, Submission};

use crate::forecast::{Forecast, most_repetitions};
use crate::summary::{Summarised, summarise_with, tracing_costs};
use crate::sweep::{crossovers, points};
use crate::verdict::sentence;
use crate::withheld::withheld;

/// The outcome of a run, as far as it got.
#[must_use]
pub fn report(run: &Run) -> Report {
    let submission = &run.submission;
    let (experiment, catalog) = (&submission.experiment, &submission.catalog);
    let mut summarised = summarised(run);
    let workload = catalog.workload(&experiment.workload);
    let headline = workload.map(|workload| workload.headline.metric.as_str()).unwrap_or_default();
    if run.state.is_over() {
        let pairs = summarised.comparisons.partition_point(|comparison| comparison.metric == headline);
        Forecast::new(experiment, &run.trials, headline, most_repetitions(catalog)).fill(&mut summarised.comparisons[..pairs]);
    }
    let of_sweep = experiment.sweep.is_some();
    let withheld =
        workload.filter(|_| !of_sweep).and_then(|workload| withheld(catalog, workload, experiment, &run.trials, headline));
    let (cores, over) = (submission.machine.cores, run.state.is_over());
    let sentence = match of_sweep {
        true => String::new(),
        false => sentence(catalog, experiment, &run.trials, &summarised, cores, over, None).plain(),
    };
    let noise_floor = summarised.control(headline).cloned();
    let Summarised { summary, comparisons, controls, points, crossovers } = summarised;
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
        sentence,
        summary,
        comparisons,
        noise_floor,
        controls,
        withheld,
        points,
        crossovers,
        tracing: tracing_costs(experiment, &run.trials),
        conditions: run.conditions.clone(),
    }
}

/// What the trials of a run amount to so far: as a whole, or at each value of its sweep.
#[must_use]
pub fn summarised(run: &Run) -> Summarised {
    summarised_with(run, None)
}

/// The same with one more quantity, by its key, or of a sweep by that one.
#[must_use]
pub fn summarised_with(run: &Run, chosen: Option<&str>) -> Summarised {
    let Submission { experiment, catalog, .. } = &run.submission;
    let Some(workload) = catalog.workload(&experiment.workload) else { return Summarised::default() };
    if experiment.sweep.is_none() {
        return summarise_with(workload, experiment, &run.trials, chosen);
    }
    let points = points(workload, experiment, &run.trials, chosen);
    let key = chosen.unwrap_or(&workload.headline.metric);
    let crossovers = crossovers(experiment, key, &run.trials, &points);
    Summarised { points, crossovers, ..Summarised::default() }
}
