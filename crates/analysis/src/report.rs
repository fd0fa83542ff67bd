//! A run as people and tools are given it: everything that follows from its log.

use protocol::report::{REPORT_VERSION, Report};
use protocol::{Catalog, Experiment, Run, Submission, Trial};

use crate::forecast::{Forecast, most_repetitions};
use crate::summary::{Summarised, summarise_with};
use crate::sweep::{crossovers, points};
use crate::tracing::tracing_costs;
use crate::verdict::sentence;
use crate::withheld::withheld;

/// The outcome of a run, as far as it got.
#[must_use]
pub fn report(run: &Run) -> Report {
    let submission = &run.submission;
    let (experiment, catalog) = (&submission.experiment, &submission.catalog);
    let summarised = summarised(run);
    let workload = catalog.workload(&experiment.workload);
    let headline = workload.map(|workload| workload.headline.metric.as_str()).unwrap_or_default();
    let of_sweep = experiment.sweep.is_some();
    let judged = workload.filter(|workload| workload.compares() && !of_sweep);
    let withheld = judged.and_then(|workload| withheld(catalog, workload, experiment, &run.trials, headline));
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

/// What the trials of a run amount to so far: as a whole, or at each point of its sweep.
#[must_use]
pub fn summarised(run: &Run) -> Summarised {
    summarised_with(run, None)
}

/// The same with one more quantity, by its key, or of a sweep by that one.
#[must_use]
pub fn summarised_with(run: &Run, chosen: Option<&str>) -> Summarised {
    let Submission { experiment, catalog, .. } = &run.submission;
    let Some(workload) = catalog.workload(&experiment.workload) else { return Summarised::default() };
    let key = chosen.unwrap_or(&workload.headline.metric);
    if experiment.sweep.is_none() {
        let mut summarised = summarise_with(workload, experiment, &run.trials, chosen);
        if run.state.is_over() {
            fill_more(&mut summarised, catalog, experiment, &run.trials, key);
        }
        return summarised;
    }
    let points = points(workload, experiment, &run.trials, chosen);
    let crossovers = crossovers(experiment, key, &run.trials, &points);
    Summarised { points, crossovers, ..Summarised::default() }
}

/// Says of each pair that cannot be told apart by this quantity how many more repetitions would do; for when no more will come.
pub fn fill_more(summarised: &mut Summarised, catalog: &Catalog, experiment: &Experiment, trials: &[Trial], key: &str) {
    let comparisons = &mut summarised.comparisons;
    let Some(first) = comparisons.iter().position(|comparison| comparison.metric == key) else { return };
    let count = comparisons[first..].iter().take_while(|comparison| comparison.metric == key).count();
    Forecast::new(experiment, trials, key, most_repetitions(catalog)).fill(&mut comparisons[first..first + count]);
}
