//! The result of a sweep, in words: its sentences, its rows, and what came to no result. For the picture and for the terminal.
//! A *point* is a value of the parameter that is swept, or one of each if two are.

use std::collections::BTreeMap;

use analysis::compare::fewest_repetitions;
use analysis::numbers::{bare, in_column, ratio, significant};
use analysis::verdict::{against_itself, differed};
use analysis::withheld::withheld_at;
use protocol::parameter::grouped;
use protocol::report::{Because, Comparison, Crossover, Interval, Point, Verdict};
use protocol::{Experiment, Model, Parameter, Quantity, Role, Sweep, Trial, Workload};

use crate::Subject;

/// A sweep, with the words for it.
#[derive(Debug)]
pub struct Swept<'a> {
    pub(crate) subject: &'a Subject<'a>,
    pub(crate) workload: &'a Workload,
    /// What is swept.
    parameter: &'a Parameter,
    /// What else is.
    also: Option<&'a Parameter>,
    pub(crate) quantity: &'a Quantity,
}

/// Places that are named one by one.
const MOST_NAMED: usize = 20;

impl<'a> Swept<'a> {
    /// `None` if it is no sweep, or one whose words the catalogue does not have.
    #[must_use]
    pub fn of(subject: &'a Subject<'a>) -> Option<Self> {
        let workload = subject.workload()?;
        let parameter = |sweep: &Sweep| {
            let mut parameters = workload.parameters.iter().chain(subject.catalog.method_fields());
            parameters.find(|parameter| parameter.name == sweep.parameter)
        };
        let Experiment { sweep, sweep2, .. } = subject.experiment;
        let also = match sweep2 {
            Some(sweep) => Some(parameter(sweep)?),
            None => None,
        };
        Some(Self { subject, workload, parameter: parameter(sweep.as_ref()?)?, also, quantity: subject.headline()? })
    }

    /// The second parameter, and its values, if two are swept.
    pub(crate) fn second(&self) -> Option<(&'a Parameter, &'a [u64])> {
        self.also.zip(self.subject.experiment.sweep2.as_ref().map(|sweep| sweep.values.as_slice()))
    }

    /// Where one model overtakes another, or which is ahead all the way: a sentence for each pair, those that cross first.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let models = &self.subject.experiment.models;
        let mut crossing = Vec::new();
        let mut parallel = Vec::new();
        for (index, a) in models.iter().enumerate() {
            for b in &models[index + 1..] {
                let is_theirs = |found: &&Crossover| [&found.a, &found.b] == [a, b] || [&found.a, &found.b] == [b, a];
                let crossovers: Vec<&Crossover> = self.subject.summarised.crossovers.iter().filter(is_theirs).collect();
                if crossovers.is_empty() {
                    parallel.push(self.without_crossover(a, b));
                }
                crossing.extend(crossovers.into_iter().map(|crossover| self.crossover(crossover)));
            }
        }
        crossing.extend(parallel);
        if let [alone] = models.as_slice()
            && self.points().iter().any(|point| self.figure(point, alone).is_some())
        {
            crossing.push(format!("{} alone: there is nothing to compare it with.", self.name(alone)));
        }
        crossing
    }

    fn crossover(&self, Crossover { a, b, at, low, high, share, .. }: &Crossover) -> String {
        let (words, of_less) = self.differed();
        let (a, b) = if of_less { (self.within(b), self.within(a)) } else { (self.within(a), self.within(b)) };
        let [at, low, high] = [at, low, high].map(|value| significant(*value));
        // Draws that do not cross lie at an end of the interval, which then is where it was measured and no further.
        let crossed = if *share < 0.995 { format!("; {} % of draws crossed", significant(share * 100.0)) } else { String::new() };
        let counted = self.counted();
        format!("From about {at} {counted} on ({low} – {high}, 95 % of draws{crossed}), {a} {words} than {b}.")
    }

    fn differed(&self) -> (String, bool) {
        differed(self.subject.catalog, self.workload, &self.quantity.key)
    }

    /// What a comparison says, and its interval: "Tokio answered more requests per second than native threads: 1.31× (1.24 –
    /// 1.40)".
    pub(crate) fn told(&self, comparison: &Comparison) -> String {
        let Comparison { a, b, ratio: of_a, low, high, verdict, .. } = comparison;
        let interval =
            |[middle, low, high]: [f64; 3]| format!("{} ({} – {})", ratio(middle), significant(low), significant(high));
        let (words, of_less) = self.differed();
        let (more, less, by) = if *of_a >= 1.0 {
            (a, b, interval([*of_a, *low, *high]))
        } else {
            (b, a, interval([1.0 / of_a, 1.0 / high, 1.0 / low]))
        };
        if *verdict == Verdict::CannotTell {
            return format!("{} and {} cannot be told apart: {by}", self.name(more), self.within(less));
        }
        let (one, other) = if of_less { (less, more) } else { (more, less) };
        format!("{} {words} than {}: {by}", self.name(one), self.within(other))
    }

    /// One that is ahead wherever it can be told, each where it is, or none.
    fn without_crossover(&self, a: &str, b: &str) -> String {
        let of_pair = |point: &'a Point| point.comparisons.iter().find(|comparison| comparison.a == a && comparison.b == b);
        let pairs: Vec<&Comparison> = self.points().iter().filter_map(of_pair).collect();
        let (mut of_a, mut of_b) = (Vec::new(), Vec::new());
        for Comparison { ratio, .. } in pairs.iter().filter(|comparison| comparison.verdict != Verdict::CannotTell) {
            if *ratio >= 1.0 { of_a.push(*ratio) } else { of_b.push(1.0 / ratio) }
        }
        let (words, of_less) = self.differed();
        let ((a, of_a), (b, of_b)) = if of_less { ((b, of_a), (a, of_b)) } else { ((a, of_a), (b, of_b)) };
        let places = if self.also.is_some() { "points" } else { "values" };
        let (all, told) = (self.points().len(), of_a.len() + of_b.len());
        let others = if told == all { "" } else { " (at the others they cannot be told apart)" };
        let (ahead, of_ahead, behind) = match (of_a.is_empty(), of_b.is_empty()) {
            (true, true) if pairs.is_empty() => {
                let place = places.trim_end_matches('s');
                return format!("{} and {} have no {place} at which both have three results.", self.name(a), self.within(b));
            }
            (true, true) => {
                return format!("{} and {} cannot be told apart at any of these {places}.", self.name(a), self.within(b));
            }
            (false, false) if self.also.is_none() => {
                return format!("{} and {} overtake each other, too close together to say where.", self.name(a), self.within(b));
            }
            (false, false) => {
                let (name_a, a, b) = (self.name(a), self.within(a), self.within(b));
                let (at_a, by_a, at_b, by_b) = (of_a.len(), range(&of_a), of_b.len(), range(&of_b));
                return format!(
                    "{name_a} {words} than {b} at {at_a} of {all} points: {by_a}; {b} than {a} at {at_b}: {by_b}{others}."
                );
            }
            (false, true) => (a, &of_a, b),
            (true, false) => (b, &of_b, a),
        };
        let at = match others {
            "" => format!("at every {}", places.trim_end_matches('s')),
            others => format!("at {told} of {all} {places}{others}"),
        };
        format!("{} {words} than {} {at}: {}.", self.name(ahead), self.within(behind), range(of_ahead))
    }

    /// What the parameter counts: "connections", or its name if it counts nothing.
    pub(crate) fn counted(&self) -> String {
        counted(self.parameter)
    }

    /// A point: "100 connections", "100 connections, 64 bytes (message)".
    pub(crate) fn place(&self, point: &Point) -> String {
        let also = self.also.zip(point.also).map(|(also, value)| format!(", {} {}", grouped(value), counted(also)));
        format!("{} {}{}", grouped(point.value), self.counted(), also.unwrap_or_default())
    }

    fn model(&self, id: &str) -> Option<&'a Model> {
        self.subject.catalog.model(id)
    }

    pub(crate) fn name<'b>(&'b self, id: &'b str) -> &'b str {
        self.model(id).map_or(id, |model| &model.name)
    }

    /// A model's name inside a sentence.
    pub(crate) fn within<'b>(&'b self, id: &'b str) -> &'b str {
        self.model(id).map_or(id, |model| &model.within)
    }

    pub(crate) fn points(&self) -> &'a [Point] {
        &self.subject.summarised.points
    }

    /// A model's median and interval at a value.
    pub(crate) fn figure(&self, point: &Point, model: &str) -> Option<Interval> {
        let summary = point.summary.iter().find(|summary| summary.model == model && summary.role == Role::Plain)?;
        summary.value(&self.quantity.key)
    }

    /// The models' intervals at all values.
    pub(crate) fn intervals(&self) -> impl Iterator<Item = Interval> {
        let models = &self.subject.experiment.models;
        self.points().iter().flat_map(move |point| models.iter().filter_map(|model| self.figure(point, model)))
    }

    /// A row for each point: its value or both of them, then each model's median with its interval, then what the control shows
    /// against itself. Before them the heads of the columns.
    #[must_use]
    pub fn rows(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let models = &self.subject.experiment.models;
        let mut heads: Vec<String> = std::iter::once(self.parameter).chain(self.also).map(|one| one.label.clone()).collect();
        heads.extend(models.iter().map(|model| self.name(model).to_owned()));
        heads.extend(self.subject.experiment.control().map(|model| format!("{} against itself", self.name(model))));
        let row = |point: &Point| {
            let mut row: Vec<String> = std::iter::once(point.value).chain(point.also).map(grouped).collect();
            row.extend(models.iter().map(|model| self.cell(point, model)));
            row.push(point.noise_floor.as_ref().map_or_else(|| "–".to_owned(), against_itself));
            row
        };
        (heads, self.points().iter().map(row).collect())
    }

    /// A model's median and interval at a point in words, or why it has none.
    pub(crate) fn cell(&self, point: &Point, model: &str) -> String {
        let Some(Interval { median, low, high, .. }) = self.figure(point, model) else {
            return self.why_none(point, model);
        };
        let unit = self.quantity.unit;
        format!("{} ({} – {})", in_column(unit, median, median), bare(unit, low, median), bare(unit, high, median))
    }

    /// "refused", or nothing yet.
    pub(crate) fn why_none(&self, point: &Point, model: &str) -> String {
        let other = self.without_result().find(|trial| point.has(&trial.planned) && trial.planned.model == model);
        other.map_or_else(|| "–".to_owned(), |trial| trial.status.word().to_owned())
    }

    /// The models' trials that came to no result, without the control's.
    fn without_result(&self) -> impl Iterator<Item = &'a Trial> {
        self.subject.trials.iter().filter(|trial| trial.planned.role != Role::Control && !trial.is_ok())
    }

    /// Why there is no verdict at some points whatever is measured there: a sentence for each reason.
    fn withheld(&self) -> Vec<String> {
        let Subject { catalog, experiment, trials, .. } = *self.subject;
        let mut reasons: BTreeMap<Because, (String, Vec<String>)> = BTreeMap::new();
        for point in self.points() {
            let found = withheld_at(catalog, self.workload, experiment, trials, point, &self.quantity.key);
            let Some(found) = found else { continue };
            let (_, places) = reasons.entry(found.because).or_insert_with(|| (found.reason, Vec::new()));
            places.push(short(point));
        }
        let sentence = |(reason, places): (String, Vec<String>)| match places.split_first() {
            Some((first, [])) => format!("No verdict on some or all at {first}: {reason}."),
            Some((first, _)) => format!("No verdict on some or all at {}: {reason} at {first}.", listed(&places)),
            None => String::new(),
        };
        reasons.into_values().map(sentence).collect()
    }

    /// Why no pair can be told apart, whatever comes: there are too many, at all points, for so few repetitions.
    fn too_few(&self) -> Option<String> {
        let Subject { experiment, .. } = *self.subject;
        let pairs = self.points().iter().map(|point| point.comparisons.len()).sum();
        let (has, needed) = (experiment.repetitions(), fewest_repetitions(experiment, pairs));
        (pairs > 0 && has < needed).then(|| {
            let pairs = grouped(pairs as u64);
            format!("{has} repetitions can tell none of {pairs} pairs apart, all points together, whatever comes; {needed} can.")
        })
    }

    /// What came to no result, in its own words: once per model and reason. Then why there is no verdict at some points.
    #[must_use]
    pub fn left_out(&self) -> Vec<String> {
        let mut words: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        let without: Vec<&Trial> = self.without_result().collect();
        for point in self.points() {
            for trial in without.iter().filter(|trial| point.has(&trial.planned)) {
                let error = trial.error.as_ref().map(|error| format!(": {error}")).unwrap_or_default();
                let places = words.entry((trial.planned.model.clone(), format!("{}{error}", trial.status.word()))).or_default();
                let place = short(point);
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        let line = |((model, said), places): ((String, String), Vec<String>)| {
            format!("{} at {}: {}.", self.name(&model), listed(&places), said.trim_end_matches('.'))
        };
        let mut lines: Vec<String> = words.into_iter().map(line).collect();
        lines.extend(self.withheld());
        lines.extend(self.too_few());
        lines
    }
}

/// A point by its values alone: "100", "100 × 64".
fn short(point: &Point) -> String {
    let also = point.also.map(|also| format!(" × {}", grouped(also)));
    format!("{}{}", grouped(point.value), also.unwrap_or_default())
}

/// Places one after the other; of many, how many more there are.
fn listed(places: &[String]) -> String {
    let (named, more) = places.split_at(places.len().min(MOST_NAMED));
    let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
    format!("{}{more}", named.join(", "))
}

/// The least and the greatest of these ratios: "1.31×", "1.31× to 4.02×".
fn range(ratios: &[f64]) -> String {
    let (least, greatest) = (ratios.iter().copied().fold(f64::MAX, f64::min), ratios.iter().copied().fold(0.0, f64::max));
    let (least, greatest) = (ratio(least), ratio(greatest));
    if least == greatest { greatest } else { format!("{least} to {greatest}") }
}

/// What a parameter counts.
pub(crate) fn counted(parameter: &Parameter) -> String {
    let label = parameter.label.to_ascii_lowercase();
    if parameter.unit.is_empty() || parameter.unit == "units" { label } else { format!("{} ({label})", parameter.unit) }
}
