//! What the trials of each label came to.

use std::collections::BTreeMap;

use protocol::catalog::Metric;
use protocol::plan::{AGAIN, TRACED};
use protocol::report::{Comparison, Interval, LatencySummary, NoiseFloor, Summary, TracingCost, Usage};
use protocol::{Experiment, Trial, TrialStatus, Workload};

use crate::bootstrap::{median, median_interval};
use crate::compare;

/// Everything that is computed from trials.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summarised {
    /// One a label, in the order of the experiment's models; the A/A control stands behind its model.
    pub summary: Vec<Summary>,
    /// Each pair of models, by the workload's headline metric; only pairs with enough trials.
    pub comparisons: Vec<Comparison>,
    /// What the control's model shows against itself.
    pub noise_floor: Option<NoiseFloor>,
}

/// Summarises the trials of an experiment, however many there are yet.
#[must_use]
pub fn summarise(workload: &Workload, experiment: &Experiment, trials: &[Trial]) -> Summarised {
    let mut summary = Vec::new();
    for model in &experiment.models {
        summary.push(summary_of(model, model, trials));
        if experiment.control() == Some(model) {
            summary.push(summary_of(model, &format!("{model}{AGAIN}"), trials));
        }
    }
    let metric = workload.headline.metric;
    let noise_floor = compare::noise_floor(experiment, metric, trials);
    let comparisons = compare::comparisons(experiment, metric, trials, noise_floor.as_ref());
    Summarised { summary, comparisons, noise_floor }
}

/// What tracing cost each model that has a traced trial and others.
#[must_use]
pub fn tracing_costs(experiment: &Experiment, trials: &[Trial]) -> Vec<TracingCost> {
    let cost = |model: &String| {
        let label = format!("{model}{TRACED}");
        let traced = good(&label, trials).next()?;
        let others = samples(model, trials, |trial| trial.ops_per_s.filter(|_| trial.at == traced.at));
        Some(TracingCost { model: model.clone(), ratio: traced.ops_per_s? / median(&others)? })
    };
    experiment.models.iter().filter_map(cost).collect()
}

/// The values of a metric over the trials of a label that are `ok`, in the order in which they were run.
#[must_use]
pub fn samples(label: &str, trials: &[Trial], value: impl Fn(&Trial) -> Option<f64>) -> Vec<f64> {
    good(label, trials).filter_map(value).collect()
}

/// A metric of one trial, in the report's unit.
#[must_use]
pub fn metric_of(trial: &Trial, metric: Metric) -> Option<f64> {
    match metric {
        Metric::OpsPerS => trial.ops_per_s,
        Metric::MemoryBytes => trial.memory_bytes().map(|bytes| bytes as f64),
    }
}

fn good<'a>(label: &'a str, trials: &'a [Trial]) -> impl Iterator<Item = &'a Trial> {
    trials.iter().filter(move |trial| trial.label == label && trial.status == TrialStatus::Ok)
}

fn summary_of(model: &str, label: &str, trials: &[Trial]) -> Summary {
    let over = |value: &dyn Fn(&Trial) -> Option<f64>| median_interval(&samples(label, trials, value));
    let mut extra: BTreeMap<String, Interval> = BTreeMap::new();
    for key in good(label, trials).flat_map(|trial| trial.extra.keys()) {
        if !extra.contains_key(key) {
            extra.extend(over(&|trial| trial.extra.get(key).copied()).map(|interval| (key.clone(), interval)));
        }
    }
    Summary {
        model: model.to_owned(),
        label: label.to_owned(),
        trials: good(label, trials).count() as u64,
        ops_per_s: over(&|trial| trial.ops_per_s),
        latency_ns: latency_of(label, trials),
        memory_bytes: over(&|trial| metric_of(trial, Metric::MemoryBytes)),
        peak_rss_bytes: over(&|trial| trial.peak_rss_bytes.map(|bytes| bytes as f64)),
        cpu_ns_per_operation: over(&|trial| per_operation(trial, |usage| usage.user_ns + usage.system_ns)),
        switches_per_operation: over(&|trial| {
            per_operation(trial, |usage| usage.voluntary_switches + usage.involuntary_switches)
        }),
        os_threads_peak: good(label, trials).filter_map(|trial| trial.os_threads_peak).max(),
        extra,
    }
}

fn latency_of(label: &str, trials: &[Trial]) -> Option<LatencySummary> {
    let over = |value: fn(&protocol::report::Latency) -> f64| {
        median_interval(&samples(label, trials, |trial| trial.latency_ns.as_ref().map(value)))
    };
    Some(LatencySummary {
        p50: over(|latency| latency.p50 as f64)?,
        p90: over(|latency| latency.p90 as f64)?,
        p99: over(|latency| latency.p99 as f64)?,
        p999: over(|latency| latency.p999 as f64)?,
        max: over(|latency| latency.max as f64)?,
        mean: over(|latency| latency.mean)?,
    })
}

fn per_operation(trial: &Trial, total: fn(&Usage) -> u64) -> Option<f64> {
    let operations = trial.operations.filter(|operations| *operations > 0)?;
    trial.measured.as_ref().map(|usage| total(usage) as f64 / operations as f64)
}
