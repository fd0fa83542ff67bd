//! The result of a sweep, in words: its sentences, its rows, and what came to no result. For the picture and for the terminal.

use std::collections::BTreeMap;

use analysis::numbers::{bare, in_column, ratio, significant};
use analysis::verdict::{against_itself, did_more};
use analysis::withheld::withheld;
use protocol::parameter::grouped;
use protocol::report::{Because, Comparison, Crossover, Interval, Point, Verdict};
use protocol::{Model, Parameter, Quantity, Role, Trial, Workload};

use crate::Subject;

/// A sweep, with the words for it.
#[derive(Debug)]
pub struct Swept<'a> {
    pub(crate) subject: &'a Subject<'a>,
    pub(crate) workload: &'a Workload,
    /// What is swept.
    parameter: &'a Parameter,
    pub(crate) quantity: &'a Quantity,
}

impl<'a> Swept<'a> {
    /// `None` if it is no sweep, or one whose words the catalogue does not have.
    #[must_use]
    pub fn of(subject: &'a Subject<'a>) -> Option<Self> {
        let name = &subject.experiment.sweep.as_ref()?.parameter;
        let workload = subject.workload()?;
        let mut parameters = workload.parameters.iter().chain(subject.catalog.method_fields());
        let parameter = parameters.find(|parameter| parameter.name == *name)?;
        Some(Self { subject, workload, parameter, quantity: subject.headline()? })
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
        let (a, b) = (self.within(a), self.within(b));
        let [at, low, high] = [at, low, high].map(|value| significant(*value));
        // Draws that do not cross lie at an end of the interval, which then is where it was measured and no further.
        let crossed = if *share < 0.995 { format!("; {} % of draws crossed", significant(share * 100.0)) } else { String::new() };
        let (counted, more) = (self.counted(), self.did_more());
        format!("From about {at} {counted} on ({low} – {high}, 95 % of draws{crossed}), {a} {more} than {b}.")
    }

    fn did_more(&self) -> String {
        did_more(self.subject.catalog, self.workload, &self.quantity.key)
    }

    /// One that is ahead wherever it can be told, or none.
    fn without_crossover(&self, a: &str, b: &str) -> String {
        let of_pair = |point: &'a Point| point.comparisons.iter().find(|comparison| comparison.a == a && comparison.b == b);
        let pairs: Vec<&Comparison> = self.points().iter().filter_map(of_pair).collect();
        let told: Vec<f64> = pairs
            .iter()
            .filter(|comparison| comparison.verdict != Verdict::CannotTell)
            .map(|comparison| comparison.ratio)
            .collect();
        let (name_a, name_b) = (self.name(a), self.within(b));
        let Some(first) = told.first() else {
            return match pairs.len() {
                0 => format!("{name_a} and {name_b} have no value at which both have three results."),
                _ => format!("{name_a} and {name_b} cannot be told apart at any of these values."),
            };
        };
        let more = *first >= 1.0;
        if told.iter().any(|ratio| (*ratio >= 1.0) != more) {
            return format!("{name_a} and {name_b} overtake each other, too close together to say where.");
        }
        let upright = || told.iter().map(|ratio| if more { *ratio } else { 1.0 / ratio });
        let (least, greatest) = (upright().fold(f64::MAX, f64::min), upright().fold(0.0, f64::max));
        let by = if told.len() == 1 { ratio(greatest) } else { format!("{} to {}", ratio(least), ratio(greatest)) };
        let (ahead, behind) = if more { (name_a, name_b) } else { (self.name(b), self.within(a)) };
        let values = self.points().len();
        let at = match told.len() {
            all if all == values => "at every value".to_owned(),
            some => format!("at {some} of {values} values (at the others they cannot be told apart)"),
        };
        format!("{ahead} {} than {behind} {at}: {by}.", self.did_more())
    }

    /// What the parameter counts: "connections", or its name if it counts nothing.
    pub(crate) fn counted(&self) -> String {
        let label = self.parameter.label.to_ascii_lowercase();
        if self.parameter.unit.is_empty() || self.parameter.unit == "units" {
            label
        } else {
            format!("{} ({label})", self.parameter.unit)
        }
    }

    fn model(&self, id: &str) -> Option<&'a Model> {
        self.subject.catalog.model(id)
    }

    pub(crate) fn name<'b>(&'b self, id: &'b str) -> &'b str {
        self.model(id).map_or(id, |model| &model.name)
    }

    /// A model's name inside a sentence.
    fn within<'b>(&'b self, id: &'b str) -> &'b str {
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

    /// A row for each value: the value, then each model's median with its interval, then what the control shows against
    /// itself. Before them the heads of the columns.
    #[must_use]
    pub fn rows(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let models = &self.subject.experiment.models;
        let mut heads = vec![self.parameter.label.clone()];
        heads.extend(models.iter().map(|model| self.name(model).to_owned()));
        heads.extend(self.subject.experiment.control().map(|model| format!("{} against itself", self.name(model))));
        let row = |point: &Point| {
            let mut row = vec![grouped(point.value)];
            row.extend(models.iter().map(|model| self.cell(point, model)));
            row.push(point.noise_floor.as_ref().map_or_else(|| "–".to_owned(), against_itself));
            row
        };
        (heads, self.points().iter().map(row).collect())
    }

    fn cell(&self, point: &Point, model: &str) -> String {
        let Some(Interval { median, low, high, .. }) = self.figure(point, model) else {
            return self.why_none(point.value, model);
        };
        let unit = self.quantity.unit;
        format!("{} ({} – {})", in_column(unit, median, median), bare(unit, low, median), bare(unit, high, median))
    }

    /// "refused", or nothing yet.
    fn why_none(&self, value: u64, model: &str) -> String {
        let mut others = self.without_result().map(|trial| (&trial.planned, trial));
        let other = others.find(|(planned, _)| planned.at == Some(value) && planned.model == model);
        other.map_or_else(|| "–".to_owned(), |(_, trial)| trial.status.word().to_owned())
    }

    /// The models' trials that came to no result, without the control's.
    fn without_result(&self) -> impl Iterator<Item = &'a Trial> {
        self.subject.trials.iter().filter(|trial| trial.planned.role != Role::Control && !trial.is_ok())
    }

    /// Why there is no verdict at some values whatever is measured there: a sentence for each reason.
    fn withheld(&self) -> Vec<String> {
        let Subject { catalog, experiment, trials, .. } = *self.subject;
        let mut reasons: BTreeMap<Because, (String, Vec<String>)> = BTreeMap::new();
        for point in self.points() {
            let own: Vec<Trial> = trials.iter().filter(|trial| trial.planned.at == Some(point.value)).cloned().collect();
            let one = experiment.at(Some(point.value));
            let Some(found) = withheld(catalog, self.workload, &one, &own, &self.quantity.key) else { continue };
            let (_, values) = reasons.entry(found.because).or_insert_with(|| (found.reason, Vec::new()));
            values.push(grouped(point.value));
        }
        let sentence = |(reason, values): (String, Vec<String>)| match values.split_first() {
            Some((first, [])) => format!("No verdict on some or all at {first}: {reason}."),
            Some((first, _)) => format!("No verdict on some or all at {}: {reason} at {first}.", values.join(", ")),
            None => String::new(),
        };
        reasons.into_values().map(sentence).collect()
    }

    /// What came to no result, in its own words: once per model and reason. Then why there is no verdict at some values.
    #[must_use]
    pub fn left_out(&self) -> Vec<String> {
        let mut words: BTreeMap<(String, String), Vec<u64>> = BTreeMap::new();
        for trial in self.without_result() {
            let error = trial.error.as_ref().map(|error| format!(": {error}")).unwrap_or_default();
            let values = words.entry((trial.planned.model.clone(), format!("{}{error}", trial.status.word()))).or_default();
            values.extend(trial.planned.at.filter(|at| !values.contains(at)));
        }
        let line = |((model, said), mut values): ((String, String), Vec<u64>)| {
            values.sort_unstable();
            let at: Vec<String> = values.into_iter().map(grouped).collect();
            format!("{} at {}: {}.", self.name(&model), at.join(", "), said.trim_end_matches('.'))
        };
        let mut lines: Vec<String> = words.into_iter().map(line).collect();
        lines.extend(self.withheld());
        lines
    }
}
