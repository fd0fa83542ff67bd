//! Every reach into the form of a report: which figures a trial and a summary have, which label is the control's, in
//! which unit a figure is said, which versions were measured. The pictures ask here, by key, and know nothing of where a
//! figure is kept.

use analysis::Summarised;
use analysis::quantity::{Scale, capital, significant};
use protocol::catalog::{Figure, FigureUnit, Metric, grouped};
use protocol::plan::{AGAIN, TRACED, is_control};
use protocol::report::{Interval, LatencySummary, Point, Summary};
use protocol::{Build, Catalog, Experiment, Report, Trial, TrialStatus, Workload};

use crate::Subject;

/// The keys of latency's percentiles, ascending; the last is of the greatest.
pub(crate) const LATENCIES: [&str; 5] =
    ["latency_p50_ns", "latency_p90_ns", "latency_p99_ns", "latency_p999_ns", "latency_max_ns"];

/// What a report's trials came to, as it says itself.
#[must_use]
pub fn summarised(report: &Report) -> Summarised {
    Summarised {
        summary: report.summary.clone(),
        comparisons: report.comparisons.clone(),
        noise_floor: report.noise_floor.clone(),
    }
}

/// How a figure is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A number of things: 182k.
    Count,
    /// The same, a second.
    Rate,
    /// Nanoseconds.
    Time,
    Bytes,
    BytesPerSecond,
    /// A number that is small: 0.25.
    Plain,
    /// Every digit of it: 2,001. Of a greatest, which has no interval.
    Whole,
    /// Of one: 0.25 is 25 %.
    Share,
}

/// Less than this of a plain number is said as less than this: who would count the zeros?
const LEAST: f64 = 0.001;

impl Unit {
    /// The scale of this value. A column and an axis keep one.
    pub(crate) fn scale(self, value: f64) -> Scale {
        match self {
            Self::Time => Scale::of_time(value),
            Self::Bytes | Self::BytesPerSecond => Scale::of_bytes(value),
            Self::Count | Self::Rate | Self::Plain | Self::Whole | Self::Share => Scale::of_count(value),
        }
    }

    /// A value that stands alone: "182k/s".
    pub(crate) fn alone(self, value: f64, scale: Scale) -> String {
        match self {
            Self::Rate | Self::BytesPerSecond => format!("{}/s", scale.show(value)),
            _ => scale.show(value),
        }
    }

    /// A value in a column whose middle value is this one, and whose head says what is counted.
    pub(crate) fn cell(self, value: f64, middle: f64) -> String {
        match self {
            Self::Plain if value > 0.0 && value < LEAST => "< 0.001".to_owned(),
            Self::Plain => significant(value),
            Self::Whole => grouped(value as u64),
            Self::Share => format!("{} %", significant(value * 100.0)),
            Self::Count if middle < 1e6 && value.fract() == 0.0 => grouped(value as u64),
            Self::BytesPerSecond => self.alone(value, self.scale(middle)),
            Self::Count | Self::Rate | Self::Time | Self::Bytes => self.scale(middle).show(value),
        }
    }

    /// The ends of an interval beside its middle, which has the unit; `None` of what has no interval.
    pub(crate) fn ends(self, interval: Interval, middle: f64) -> Option<String> {
        let bare = |value: f64| match self {
            Self::Plain => significant(value),
            _ => self.scale(middle).bare(value),
        };
        (self != Self::Whole).then(|| format!("{} – {}", bare(interval.low), bare(interval.high)))
    }
}

/// What is measured, and the words for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Quantity {
    pub(crate) key: String,
    /// The head of its column.
    pub(crate) head: String,
    /// One sentence.
    pub(crate) help: String,
    pub(crate) unit: Unit,
}

/// What a workload's verdict is about.
pub(crate) fn headline(workload: &Workload) -> Quantity {
    quantity(workload, workload.headline.metric.key())
}

/// The columns of the table of figures. What the verdict is about comes first; a wait never claims speed and has no
/// column for it. The last one stands even if nothing came to a result.
pub(crate) fn columns(workload: &Workload) -> Vec<Quantity> {
    let [p50, _, p99, p999, _] = LATENCIES;
    let headline = workload.headline.metric.key();
    let keys = [headline, p50, p99, p999, "memory_bytes", "cpu_ns_per_operation", "switches_per_operation", "os_threads_peak"];
    let once = keys.iter().enumerate().filter(|(index, key)| *index == 0 || **key != headline);
    once.map(|(_, key)| quantity(workload, key)).collect()
}

fn quantity(workload: &Workload, key: &str) -> Quantity {
    let (head, help, unit) = match key {
        "ops_per_s" => {
            (format!("{}/s", workload.operation.many), "Operations of the measured part, a second".to_owned(), Unit::Rate)
        }
        "memory_bytes" => ("memory".into(), "At its peak: resident, and the kernel's stacks and page tables".into(), Unit::Bytes),
        "cpu_ns_per_operation" => {
            ("CPU/op".into(), "User and system time of the measured part, for one operation".into(), Unit::Time)
        }
        "switches_per_operation" => {
            ("switches/op".into(), "Context switches of the measured part, for one operation".into(), Unit::Plain)
        }
        "os_threads_peak" => ("OS threads".into(), "The most OS threads that a trial's process had".into(), Unit::Whole),
        _ => (percentile(key).to_owned(), "Latency of an operation".to_owned(), Unit::Time),
    };
    Quantity { key: key.to_owned(), head, help, unit }
}

/// What stands at a percentile: "p99.9".
fn percentile(key: &str) -> &str {
    let names = ["p50", "p90", "p99", "p99.9", "max"];
    LATENCIES.iter().zip(names).find(|(known, _)| **known == key).map_or(key, |(_, name)| name)
}

/// What only this workload reports, as far as it was.
pub(crate) fn own_figures(workload: &Workload, summaries: &[Summary]) -> Vec<Quantity> {
    let reported = |figure: &&Figure| summaries.iter().any(|summary| summary.extra.contains_key(&figure.key));
    let quantity = |Figure { key, label, unit, help }: &Figure| {
        let unit = match unit {
            FigureUnit::Nanoseconds => Unit::Time,
            FigureUnit::Bytes => Unit::Bytes,
            FigureUnit::BytesPerSecond => Unit::BytesPerSecond,
            FigureUnit::Count => Unit::Count,
            FigureUnit::Share => Unit::Share,
        };
        Quantity { key: key.clone(), head: label.clone(), help: help.clone(), unit }
    };
    workload.figures.iter().filter(reported).map(quantity).collect()
}

/// A figure of one trial.
pub(crate) fn value_of(trial: &Trial, key: &str) -> Option<f64> {
    match key {
        "ops_per_s" => trial.ops_per_s,
        "memory_bytes" => trial.memory_bytes().map(|bytes| bytes as f64),
        _ => trial.extra.get(key).copied(),
    }
}

/// A figure of a label: median and interval.
pub(crate) fn interval_of(summary: &Summary, key: &str) -> Option<Interval> {
    let latency = |which: fn(LatencySummary) -> Interval| summary.latency_ns.map(which);
    match key {
        "ops_per_s" => summary.ops_per_s,
        "memory_bytes" => summary.memory_bytes,
        "cpu_ns_per_operation" => summary.cpu_ns_per_operation,
        "switches_per_operation" => summary.switches_per_operation,
        "os_threads_peak" => summary.os_threads_peak.map(|most| {
            let median = most as f64;
            Interval { median, low: median, high: median }
        }),
        "latency_p50_ns" => latency(|latency| latency.p50),
        "latency_p90_ns" => latency(|latency| latency.p90),
        "latency_p99_ns" => latency(|latency| latency.p99),
        "latency_p999_ns" => latency(|latency| latency.p999),
        "latency_max_ns" => latency(|latency| latency.max),
        _ => summary.extra.get(key).copied(),
    }
}

/// One whose trials belong together: a model, or its A/A control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group<'a> {
    pub(crate) model: &'a str,
    pub(crate) control: bool,
    label: String,
}

/// The groups of an experiment, the control behind its model. Traced trials are of none: their figures count nowhere.
pub(crate) fn groups(experiment: &Experiment) -> Vec<Group<'_>> {
    let mut groups = Vec::new();
    for model in &experiment.models {
        groups.push(Group { model, control: false, label: model.clone() });
        if experiment.control() == Some(model) {
            groups.push(Group { model, control: true, label: format!("{model}{AGAIN}") });
        }
    }
    groups
}

impl<'a> Group<'a> {
    /// The group that a summary is of.
    pub(crate) fn of(summary: &'a Summary) -> Self {
        Self { model: &summary.model, control: is_control(&summary.label), label: summary.label.clone() }
    }

    /// What tells its row from the others: "tokio", "tokio-again".
    pub(crate) fn key(&self) -> &str {
        &self.label
    }

    /// "Tokio", "Tokio, again (A/A)"
    pub(crate) fn name(&self, catalog: &Catalog) -> String {
        label_name(catalog, &self.label)
    }

    /// Its trials, however they ended.
    pub(crate) fn trials<'t>(&self, trials: &'t [Trial]) -> impl Iterator<Item = &'t Trial> {
        trials.iter().filter(|trial| trial.label == self.label)
    }

    /// Its summary.
    pub(crate) fn summary<'s>(&self, subject: &Subject<'s>) -> Option<&'s Summary> {
        subject.summarised.summary.iter().find(|summary| summary.label == self.label)
    }
}

/// The name of the group that a trial is of.
pub(crate) fn trial_name(catalog: &Catalog, trial: &Trial) -> String {
    label_name(catalog, &trial.label)
}

fn label_name(catalog: &Catalog, label: &str) -> String {
    let (id, which) = match (label.strip_suffix(AGAIN), label.strip_suffix(TRACED)) {
        (Some(id), _) => (id, ", again (A/A)"),
        (_, Some(id)) => (id, ", traced"),
        _ => (label, ""),
    };
    format!("{}{which}", catalog.model(id).map_or(id, |model| &model.name))
}

/// A model's own summaries, without the control's.
pub(crate) fn plain<'s>(subject: &Subject<'s>) -> impl Iterator<Item = &'s Summary> {
    subject.summarised.summary.iter().filter(|summary| !is_control(&summary.label))
}

/// A model's headline figure at one value of a sweep.
pub(crate) fn at_point(workload: &Workload, point: &Point, model: &str) -> Option<Interval> {
    let summary = point.summary.iter().find(|summary| summary.label == model)?;
    interval_of(summary, workload.headline.metric.key())
}

/// A model's trials that came to no result, without the control's.
pub(crate) fn without_result(trials: &[Trial]) -> impl Iterator<Item = &Trial> {
    trials.iter().filter(|trial| !is_control(&trial.label) && trial.status != TrialStatus::Ok)
}

/// What a model did more of than another: "answered more requests a second", "needed more memory".
pub(crate) fn does_more(workload: &Workload) -> String {
    match workload.headline.metric {
        Metric::OpsPerS => format!("{} more {} a second", workload.headline.verb, workload.operation.many),
        Metric::MemoryBytes => "needed more memory".to_owned(),
    }
}

/// What stands under the heading of the trials' picture.
pub(crate) fn trials_sub(workload: &Workload) -> &'static str {
    match workload.headline.metric {
        Metric::OpsPerS => "each mark one trial, bar 95 % interval of the median",
        Metric::MemoryBytes => "at its peak, with the kernel's part; each mark one trial",
    }
}

/// What was measured, each with its version; without those that an old report does not say.
pub(crate) fn versions(build: &Build) -> Vec<(&'static str, &str)> {
    let Build { rustc, tokio, actix, rayon, smol, .. } = build;
    let all: [(&str, &str); 5] = [("rustc", rustc), ("tokio", tokio), ("actix", actix), ("rayon", rayon), ("smol", smol)];
    all.into_iter().filter(|(_, version)| !version.is_empty()).collect()
}

/// Every parameter and every field of the method, as it was set: label and value.
pub(crate) fn settings(subject: &Subject<'_>) -> Vec<(String, String)> {
    let Some(workload) = subject.workload() else { return Vec::new() };
    let swept = subject.experiment.sweep.as_ref();
    let parameters = workload.parameters.iter().chain(&subject.catalog.method);
    let setting = |parameter: &protocol::Parameter| {
        let values = match swept.filter(|sweep| sweep.parameter == parameter.name) {
            Some(sweep) => sweep.values.iter().map(|value| grouped(*value)).collect::<Vec<_>>().join("; "),
            None => match subject.experiment.value(&parameter.name)? {
                protocol::Value::Integer(number) => grouped(number),
                protocol::Value::Text(text) => text,
            },
        };
        // Units are what the label says, and repetitions are repetitions.
        let label = parameter.label.to_lowercase();
        let counts = !["", "units", &label].contains(&parameter.unit.as_str());
        let unit = if counts { format!(" {}", parameter.unit) } else { String::new() };
        Some((capital(&parameter.label), format!("{values}{unit}")))
    };
    parameters.filter_map(setting).collect()
}
