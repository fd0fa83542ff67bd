//! Too little is said as too little: trials that are too short, disturbed, or have too few samples withhold a verdict, and what
//! would mend it is said as an edit of the experiment.

use protocol::catalog::{ARRIVALS_LATE, Unit};
use protocol::report::{Because, Mend, Point, Withheld};
use protocol::{Catalog, Experiment, Parameter, ParameterKind, Role, Trial, Value, Values, Workload};

use crate::interval::median;
use crate::numbers::{significant, time};
use crate::order::by;
use crate::quantities::{Reader, find, label, reader, samples_needed, samples_timed, unit};
use crate::samples::Blocks;

/// A measured part below this, nanoseconds, is mostly the first and the last moments of it.
const SHORT_NS: f64 = 20e6;

/// How long a measured part is to last instead, milliseconds.
const MEASURE_MS: f64 = 200.0;

/// The share of trials that may have been disturbed.
const MOST_DISTURBED: f64 = 0.2;

/// The share of the latency, each as its p99, by which arrivals may have been late.
const MOST_LATE: f64 = 0.25;

/// Models of which it is said that their trials are short.
const MOST_NAMED: usize = 3;

/// What stands against trials, whatever is asked of them.
#[derive(Debug)]
pub(crate) struct Doubts<'a> {
    /// Models whose measured parts are too short, and how long they are, nanoseconds; the shortest first.
    short: Vec<(&'a str, f64)>,
    /// How many trials were disturbed, and of how many, if those are too many.
    disturbed: Option<(usize, usize)>,
}

/// The same of one quantity.
#[derive(Debug)]
pub(crate) struct OfQuantity<'d, 'a> {
    doubts: &'d Doubts<'a>,
    is_timed: bool,
    /// Of a percentile: models with a trial that lacks it, and the fewest operations that one of these timed.
    lacking: Vec<(&'a str, f64)>,
    /// Of a latency from the intended arrival: models whose arrivals were late by too much of it, with the share; the most first.
    late: Vec<(&'a str, f64)>,
}

impl<'a> Doubts<'a> {
    pub(crate) fn of(blocks: &Blocks<'a>) -> Self {
        let wall = reader("wall_ns");
        let length = |model: &'a str| {
            let lengths: Vec<f64> = blocks.trials(model, Role::Plain).iter().filter_map(|trial| wall.value(trial)).collect();
            median(&lengths).filter(|length| *length < SHORT_NS).map(|length| (model, length))
        };
        let short: Vec<(&str, f64)> = blocks.models().filter_map(length).collect();
        let short = by(&short, |(_, length)| *length);
        let (all, disturbed) =
            blocks.measured().fold((0, 0), |(all, disturbed), trial| (all + 1, disturbed + usize::from(trial.disturbed)));
        let too_many = disturbed as f64 > MOST_DISTURBED * all as f64;
        Self { short, disturbed: too_many.then_some((disturbed, all)) }
    }

    pub(crate) fn of_quantity(&self, blocks: &Blocks<'a>, key: &str, unit: Unit) -> OfQuantity<'_, 'a> {
        let reader = reader(key);
        let lacking = |model: &'a str| {
            let timed = blocks.trials(model, Role::Plain).iter().filter_map(|trial| lacks(trial, reader));
            timed.reduce(f64::min).map(|timed| (model, timed))
        };
        let lacking = if samples_needed(key).is_some() { blocks.models().filter_map(lacking).collect() } else { Vec::new() };
        let lateness = self::reader(ARRIVALS_LATE);
        let late = |model: &'a str| {
            let shares: Vec<f64> = blocks.trials(model, Role::Plain).iter().filter_map(|trial| lateness.value(trial)).collect();
            median(&shares).filter(|share| *share > MOST_LATE).map(|share| (model, share))
        };
        let late: Vec<_> = if key.starts_with("latency_ns.") { blocks.models().filter_map(late).collect() } else { Vec::new() };
        let late = by(&late, |(_, share)| -share);
        // Bytes are there or not, however long it took.
        OfQuantity { doubts: self, is_timed: unit != Unit::Bytes, lacking, late }
    }
}

/// How many operations a trial timed, if it lacks this percentile.
fn lacks(trial: &Trial, reader: Reader<'_>) -> Option<f64> {
    samples_timed(trial).filter(|_| reader.value(trial).is_none())
}

impl OfQuantity<'_, '_> {
    /// What stands against a verdict about these models.
    pub(crate) fn about(&self, models: &[&str]) -> Option<Because> {
        let is_one = |(model, _): &(&str, f64)| models.contains(model);
        if self.is_timed && self.doubts.short.iter().any(is_one) {
            Some(Because::Short)
        } else if self.doubts.disturbed.is_some() {
            Some(Because::Disturbed)
        } else if self.lacking.iter().any(is_one) {
            Some(Because::FewSamples)
        } else {
            self.late.iter().any(is_one).then_some(Because::Late)
        }
    }
}

/// Why no verdict is given on some or all models by this quantity, and what mends it; `None` if nothing stands against one.
#[must_use]
pub fn withheld(
    catalog: &Catalog,
    workload: &Workload,
    experiment: &Experiment,
    trials: &[Trial],
    key: &str,
) -> Option<Withheld> {
    of_blocks(catalog, workload, experiment, &Blocks::of(trials), key)
}

/// The same at a point of a sweep.
#[must_use]
pub fn withheld_at(
    catalog: &Catalog,
    workload: &Workload,
    experiment: &Experiment,
    trials: &[Trial],
    point: &Point,
    key: &str,
) -> Option<Withheld> {
    let blocks = Blocks::of_those(trials, &|planned| point.has(planned));
    of_blocks(catalog, workload, &experiment.at(Some(point.value), point.also), &blocks, key)
}

fn of_blocks(
    catalog: &Catalog,
    workload: &Workload,
    experiment: &Experiment,
    blocks: &Blocks<'_>,
    key: &str,
) -> Option<Withheld> {
    let doubts = Doubts::of(blocks);
    let of_quantity = doubts.of_quantity(blocks, key, unit(workload, key));
    let models: Vec<&str> = experiment.models.iter().map(String::as_str).collect();
    let because = of_quantity.about(&models)?;
    let mending = Mending { catalog, workload, experiment };
    let name = |model: &str| catalog.model(model).map_or(model, |model| &model.within).to_owned();
    let (reason, mend) = match because {
        Because::Short => {
            let of_model = |(index, (model, length)): (usize, &(&str, f64))| {
                let lasted = if index == 0 { " lasted" } else { "" };
                format!("of {}{lasted} {}", name(model), time(*length))
            };
            let named: Vec<String> = doubts.short.iter().take(MOST_NAMED).enumerate().map(of_model).collect();
            let shortest = doubts.short.first().map_or(SHORT_NS, |(_, length)| *length);
            (format!("each trial {}", named.join(", ")), mending.longer(MEASURE_MS, MEASURE_MS * 1e6 / shortest))
        }
        Because::FewSamples => {
            let (needed, fewest) = (samples_needed(key)?, of_quantity.lacking.iter().map(|(_, timed)| *timed).reduce(f64::min)?);
            let name = find(catalog, workload, key).map_or_else(|| key.to_owned(), |quantity| label(quantity, workload));
            let name = name.rsplit(", ").next().unwrap_or(&name).to_owned();
            let count = |count: u64| protocol::parameter::grouped(count);
            let reason = format!("{name} needs {} timed operations a trial; there were {}", count(needed), count(fewest as u64));
            // A quarter more than it needs, for the next trial may be slower.
            let times = 1.25 * needed as f64 / fewest.max(1.0);
            (reason, mending.longer((mending.milliseconds() * times).max(MEASURE_MS), times))
        }
        Because::Late => {
            let (model, share) = of_quantity.late.first()?;
            let share = significant(share * 100.0);
            (format!("arrivals were late by {share} % of the latency of {}, both as p99", name(model)), mending.a_core_to_spare())
        }
        _ => {
            let (disturbed, all) = doubts.disturbed?;
            let mend = run_again();
            (format!("{disturbed} of {all} trials were disturbed"), mend)
        }
    };
    Some(Withheld { because, reason, mend })
}

/// The field of the method that says what ends a measured part, its word for a time, and the field with its length.
const MEASURE: &str = "measure";
const TIME: &str = "time";
const LENGTH: &str = "measure_ms";
/// The field with the number of worker threads.
const WORKERS: &str = "workers";

fn run_again() -> Mend {
    Mend { label: "Run it again".to_owned(), set: Values::new() }
}

/// Edits of an experiment, within what its catalogue declares.
struct Mending<'a> {
    catalog: &'a Catalog,
    workload: &'a Workload,
    experiment: &'a Experiment,
}

impl<'a> Mending<'a> {
    fn declared(&self, name: &str) -> Option<&'a Parameter> {
        self.catalog.method_fields().find(|parameter| parameter.name == name)
    }

    /// How long its trials are to be measured, milliseconds; 0 if it is measured by work.
    fn milliseconds(&self) -> f64 {
        let length = self.experiment.value(LENGTH).and_then(Value::integer).unwrap_or(0);
        if self.experiment.chooses(MEASURE, TIME) { length as f64 } else { 0.0 }
    }

    /// Trials of this length, or of so many times the work if they cannot be measured by time.
    fn longer(&self, milliseconds: f64, times: f64) -> Mend {
        let length = self.declared(LENGTH).map(|parameter| at_most(parameter, milliseconds.ceil()));
        // If it is measured by so much time already, and is short all the same, its work ends before.
        let is_more = |length: &u64| !self.experiment.chooses(MEASURE, TIME) || *length as f64 > self.milliseconds();
        if let Some(length) = length.filter(|length| self.workload.by_time && is_more(length)) {
            let mut set = Values::new();
            set.insert(MEASURE.to_owned(), TIME.into());
            set.insert(LENGTH.to_owned(), length.into());
            return Mend { label: format!("Measure {} each", time(length as f64 * 1e6)), set };
        }
        let Some(parameter) = self.work() else { return run_again() };
        let now = self.experiment.value(&parameter.name).and_then(Value::integer).unwrap_or(1);
        let more = at_most(parameter, rounded_up(now as f64 * times));
        let label = format!("Set {} to {}", parameter.label.to_ascii_lowercase(), protocol::parameter::grouped(more));
        let mut set = Values::new();
        set.insert(parameter.name.clone(), more.into());
        Mend { label, set }
    }

    /// A worker less, whose core the arrivals can have.
    fn a_core_to_spare(&self) -> Mend {
        let workers = self.experiment.value(WORKERS).and_then(Value::integer).filter(|workers| *workers > 1);
        let Some(left) = workers.map(|workers| workers - 1) else { return run_again() };
        let set = Values::from([(WORKERS.to_owned(), left.into())]);
        Mend {
            label: format!(
                "Leave the arrivals a core: {}",
                if left == 1 { "1 worker".to_owned() } else { format!("{left} workers") }
            ),
            set,
        }
    }

    /// What says how much is done: work that each unit does, or units.
    fn work(&self) -> Option<&'a Parameter> {
        let parameters = &self.workload.parameters;
        parameters.iter().find(|parameter| parameter.is_work).or(parameters.first())
    }
}

/// The next number whose only figure is its first, so that nobody wonders about the others.
fn rounded_up(number: f64) -> f64 {
    let unit = 10_f64.powf(number.max(1.0).log10().floor());
    (number / unit).ceil() * unit
}

/// A number that a parameter accepts, this one if it does.
fn at_most(parameter: &Parameter, number: f64) -> u64 {
    match &parameter.kind {
        // Cut to what is accepted before it is rounded up: of a result from somewhere else the number may be any.
        ParameterKind::Integer { min, max, step, .. } => (number as u64).min(*max).next_multiple_of(*step).clamp(*min, *max),
        _ => number as u64,
    }
}

/// Models whose latencies account for less of their units' time than they should, each with the share. Of sampled operations the
/// share is an estimate: it is flagged if the whole interval of its median is below.
#[must_use]
pub fn uncovered(summary: &[protocol::report::Summary]) -> Vec<(&str, f64)> {
    use crate::quantities::{COVERED, LEAST_COVERED};
    let plain = summary.iter().filter(|summary| summary.role == Role::Plain);
    let covered = plain.filter_map(|summary| Some((summary.model.as_str(), summary.value(COVERED)?)));
    covered.filter(|(_, share)| share.high < LEAST_COVERED).map(|(model, share)| (model, share.median)).collect()
}

/// The same as a sentence: "Latencies account for 71 % of the time of native threads: …"; `None` if nothing is flagged.
#[must_use]
pub fn uncovered_words(catalog: &Catalog, summary: &[protocol::report::Summary]) -> Option<String> {
    let name = |model: &str| catalog.model(model).map_or(model, |model| &model.within).to_owned();
    let share = |(model, share): (&str, f64)| format!("{} % of the time of {}", significant(share * 100.0), name(model));
    let shares: Vec<String> = uncovered(summary).into_iter().map(share).collect();
    let all = shares.join(", ");
    (!shares.is_empty()).then(|| format!("Latencies account for {all}: what was waited for in the rest is in no percentile."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_raised_to_one_with_one_figure() {
        assert_eq!([3.0, 101.0, 3448.3, 1.2].map(rounded_up), [3.0, 200.0, 4000.0, 2.0]);
    }
}
