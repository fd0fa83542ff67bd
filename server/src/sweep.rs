//! What a sweep came to: as sentences, as a table, and as a line chart with its crossovers.
//!
//! The page shows the HTML that is made here: it has the classes of the page's own charts, and the page, whose size has a budget, carries
//! neither the drawing nor the statistics of what few ask for. The terminal shows the sentences and the table.

use std::collections::BTreeMap;

use analysis::axis::{Axis, apart, tick_text};
use analysis::quantity::{Scale, metric_name, ratio, significant};
use analysis::verdict::name_within;
use maud::{Markup, html};
use protocol::catalog::{Metric, Parameter, Workload, grouped};
use protocol::plan::is_control;
use protocol::report::{Comparison, Crossover, Interval, Point, Verdict};
use protocol::{Catalog, Model, Report, TrialStatus};

/// The height of the plot and of a label at the end of a line, pixels.
const HEIGHT: f64 = 300.0;
const LABEL: f64 = 17.0;

/// A sweep's report, with the words for it.
pub(crate) struct Sweep<'a> {
    catalog: &'a Catalog,
    workload: &'a Workload,
    report: &'a Report,
    /// What is swept.
    parameter: &'a Parameter,
}

impl<'a> Sweep<'a> {
    /// `None` of a report that is of no sweep.
    pub(crate) fn of(catalog: &'a Catalog, report: &'a Report) -> Option<Self> {
        let swept = &report.experiment.sweep.as_ref()?.parameter;
        let workload = catalog.workload(&report.experiment.workload)?;
        let parameter = workload.parameters.iter().chain(&catalog.method).find(|parameter| parameter.name == *swept)?;
        Some(Self { catalog, workload, report, parameter })
    }

    /// Where one model overtakes another, or which is ahead all the way: a sentence a pair, those that cross first.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let models = &self.report.experiment.models;
        let mut crossing = Vec::new();
        let mut parallel = Vec::new();
        for (index, a) in models.iter().enumerate() {
            for b in &models[index + 1..] {
                let crossovers: Vec<&Crossover> = self
                    .report
                    .crossovers
                    .iter()
                    .filter(|found| [&found.a, &found.b] == [a, b] || [&found.a, &found.b] == [b, a])
                    .collect();
                match crossovers.as_slice() {
                    [] => parallel.push(self.without_crossover(a, b)),
                    found => crossing.extend(found.iter().map(|crossover| self.crossover(crossover))),
                }
            }
        }
        crossing.extend(parallel);
        crossing
    }

    fn crossover(&self, crossover: &Crossover) -> String {
        let Crossover { a, b, at, low, high, .. } = crossover;
        format!(
            "From about {} {} on ({} – {}, 95 %), {} {} than {}.",
            significant(*at),
            self.counted(),
            significant(*low),
            significant(*high),
            self.within(a),
            self.does_more(),
            self.within(b)
        )
    }

    /// One that is ahead wherever it can be told, or none.
    fn without_crossover(&self, a: &str, b: &str) -> String {
        let pairs: Vec<&Comparison> = self
            .report
            .points
            .iter()
            .filter_map(|point| point.comparisons.iter().find(|comparison| comparison.a == a && comparison.b == b))
            .collect();
        let told: Vec<&&Comparison> = pairs.iter().filter(|comparison| comparison.verdict != Verdict::CannotTell).collect();
        let (name_a, name_b) = (self.name(a), self.within(b));
        let Some(first) = told.first() else {
            return match pairs.len() {
                0 => format!("{name_a} and {name_b} have no value at which both came to three results."),
                _ => format!("{name_a} and {name_b} cannot be told apart at any of these values."),
            };
        };
        let more = first.ratio >= 1.0;
        if told.iter().any(|comparison| (comparison.ratio >= 1.0) != more) {
            return format!("{name_a} and {name_b} change places, too close to each other to say where.");
        }
        let upright: Vec<f64> =
            told.iter().map(|comparison| if more { comparison.ratio } else { 1.0 / comparison.ratio }).collect();
        let (least, greatest) = (upright.iter().copied().fold(f64::MAX, f64::min), upright.iter().copied().fold(0.0, f64::max));
        let (ahead, behind) = if more { (name_a, name_b) } else { (self.name(b), self.within(a)) };
        let by = if told.len() == 1 { ratio(greatest) } else { format!("{} to {}", ratio(least), ratio(greatest)) };
        let where_told = if told.len() == self.report.points.len() {
            "at every value".to_owned()
        } else {
            format!("at {} of {} values (at the others it cannot be told)", told.len(), self.report.points.len())
        };
        format!("{ahead} {} than {behind} {where_told}: {by}.", self.does_more())
    }

    fn does_more(&self) -> String {
        match self.workload.headline.metric {
            Metric::OpsPerS => format!("{} more {} a second", self.workload.headline.verb, self.workload.operation.many),
            Metric::MemoryBytes => "needed more memory".to_owned(),
        }
    }

    /// What the parameter counts: "connections", or its name where it counts nothing.
    fn counted(&self) -> String {
        let label = self.parameter.label.to_lowercase();
        if self.parameter.unit.is_empty() || self.parameter.unit == "units" {
            label
        } else {
            format!("{} ({label})", self.parameter.unit)
        }
    }

    fn model(&self, id: &str) -> Option<&Model> {
        self.catalog.model(id)
    }

    fn name<'b>(&'b self, id: &'b str) -> &'b str {
        self.model(id).map_or(id, |model| &model.name)
    }

    /// A model's name inside a sentence.
    fn within(&self, id: &str) -> String {
        self.model(id).map_or_else(|| id.to_owned(), name_within)
    }

    fn scale(&self, value: f64) -> Scale {
        match self.workload.headline.metric {
            Metric::OpsPerS => Scale::of_count(value),
            Metric::MemoryBytes => Scale::of_bytes(value),
        }
    }

    /// A model's median and interval at a value.
    fn figure(&self, point: &Point, label: &str) -> Option<Interval> {
        let summary = point.summary.iter().find(|summary| summary.label == label)?;
        match self.workload.headline.metric {
            Metric::OpsPerS => summary.ops_per_s,
            Metric::MemoryBytes => summary.memory_bytes,
        }
    }

    /// A row a value: the value, then each model's median with its interval, then what each model shows against itself.
    pub(crate) fn rows(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let models = &self.report.experiment.models;
        let mut head = vec![self.parameter.label.clone()];
        head.extend(models.iter().map(|model| self.name(model).to_owned()));
        head.push("noise floor".to_owned());
        let rows = self.report.points.iter().map(|point| {
            let mut row = vec![grouped(point.value)];
            row.extend(models.iter().map(|model| match self.figure(point, model) {
                Some(Interval { median, low, high }) => {
                    let scale = self.scale(median);
                    format!("{} ({} – {})", scale.show(median), scale.bare(low), scale.bare(high))
                }
                None => self.why_none(point.value, model),
            }));
            row.push(point.noise_floor.as_ref().map_or_else(|| "–".to_owned(), |floor| ratio(floor.factor)));
            row
        });
        (head, rows.collect())
    }

    /// "refused", or nothing yet.
    fn why_none(&self, value: u64, model: &str) -> String {
        let other = self
            .report
            .trials
            .iter()
            .find(|trial| trial.at == Some(value) && trial.label == model && trial.status != TrialStatus::Ok);
        other.map_or_else(|| "–".to_owned(), |trial| trial.status.word().to_owned())
    }

    /// What did not come to a result, in its own words: once a model and reason.
    pub(crate) fn left_out(&self) -> Vec<String> {
        let mut words: BTreeMap<(String, String), Vec<u64>> = BTreeMap::new();
        for trial in self.report.trials.iter().filter(|trial| !is_control(&trial.label) && trial.status != TrialStatus::Ok) {
            let said =
                format!("{}{}", trial.status.word(), trial.error.as_ref().map(|error| format!(": {error}")).unwrap_or_default());
            let values = words.entry((trial.model.clone(), said)).or_default();
            values.extend(trial.at.filter(|at| !values.contains(at)));
        }
        let line = |((model, said), mut values): ((String, String), Vec<u64>)| {
            values.sort_unstable();
            let at: Vec<String> = values.into_iter().map(grouped).collect();
            format!("{} at {}: {}.", self.name(&model), at.join(", "), said.trim_end_matches('.'))
        };
        words.into_iter().map(line).collect()
    }

    /// The page's part: sentences, chart, table.
    pub(crate) fn html(&self) -> Markup {
        let mut sentences = self.sentences();
        let rest = if sentences.is_empty() { Vec::new() } else { sentences.split_off(1) };
        let (head, rows) = self.rows();
        html! {
            section.outcome aria-label="Verdict" {
                h1.verdict data-testid="verdict" { (sentences.first().map_or("Nothing was measured.", String::as_str)) }
                p.detail data-testid="verdict-detail" {
                    (rest.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(" "))
                    @if rest.len() > 3 { " " (rest.len() - 3) " more pairs: in the table." }
                    @for line in self.left_out() { " " (line) }
                }
            }
            section.card aria-labelledby="sweep-title" {
                header {
                    h2 #sweep-title { (metric_name(self.workload)) }
                    p.sub { "median and 95 % interval at each of " (self.report.points.len()) " values; log scales" }
                }
                (self.chart())
            }
            section.card.sweep-table {
                table data-testid="sweep-table" {
                    thead { tr { @for cell in &head { th scope="col" { (cell) } } } }
                    tbody {
                        @for row in &rows {
                            tr {
                                @for (index, cell) in row.iter().enumerate() {
                                    @if index == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn chart(&self) -> Markup {
        let points = &self.report.points;
        let values: Vec<f64> = points.iter().map(|point| place_of(point.value)).collect();
        let lines: Vec<Line<'_>> = self.report.experiment.models.iter().filter_map(|model| self.line(model)).collect();
        let figures: Vec<f64> = lines
            .iter()
            .flat_map(|line| line.points.iter().flat_map(|(_, interval)| [interval.low, interval.median, interval.high]))
            .collect();
        let (Some(x), Some(y)) = (Axis::log(&values), Axis::log(&figures)) else {
            return html! { p.muted.small { "No trial has come to a result yet." } };
        };
        let left = |value: f64| x.place(value) * 100.0;
        let top = |value: f64| (1.0 - y.place(value)) * 100.0;
        let wanted: Vec<f64> = lines
            .iter()
            .map(|line| line.points.last().map_or(0.0, |(_, interval)| top(interval.median) * HEIGHT / 100.0))
            .collect();
        let labels = apart(&wanted, LABEL, HEIGHT);
        let label_every = y.ticks.len().div_ceil(7).max(1);
        let value_every = x.ticks.len().div_ceil(7).max(1);
        html! {
            div.latency-grid.sweep-grid role="group" aria-label="Line chart; the same figures are in the table below" {
                div.y style=(format!("height:{HEIGHT}px")) aria-hidden="true" {
                    @for tick in y.ticks.iter().step_by(label_every) {
                        span style=(format!("top:{:.2}%", top(*tick))) { (tick_text(*tick, self.scale(*tick))) }
                    }
                }
                div.plot style=(format!("height:{HEIGHT}px")) aria-hidden="true" {
                    @for tick in &y.ticks { i.grid.across style=(format!("top:{:.2}%", top(*tick))) {} }
                    @for tick in &x.ticks { i.grid style=(format!("left:{:.2}%", left(*tick))) {} }
                    @for crossover in &self.report.crossovers {
                        i.crossing-range style=(format!("left:{:.2}%;right:{:.2}%", left(crossover.low), 100.0 - left(crossover.high))) {}
                        i.crossing style=(format!("left:{:.2}%", left(crossover.at))) {}
                        span.crossing-name style=(format!("left:{:.2}%", left(crossover.at))) { (significant(crossover.at)) }
                    }
                    svg viewBox="0 0 100 100" preserveAspectRatio="none" {
                        @for line in &lines {
                            @for (value, interval) in &line.points {
                                line.m.whisker style=(line.colours()) x1=(left(*value)) x2=(left(*value)) y1=(top(interval.low)) y2=(top(interval.high)) {}
                            }
                            polyline.m style=(line.colours()) points=(line.path(left, top)) {}
                        }
                    }
                    @for line in &lines {
                        @for (value, interval) in &line.points {
                            span.point.small-point.m style=(format!("left:{:.2}%;top:{:.2}%;{}", left(*value), top(interval.median), line.colours())) {
                                svg.mark.m style=(line.colours()) viewBox="-6 -6 12 12" aria-hidden="true" focusable="false" { path d=(line.model.look.outline()) {} }
                            }
                        }
                    }
                }
                div.ends style=(format!("height:{HEIGHT}px")) {
                    @for (line, top) in lines.iter().zip(&labels) {
                        span.m.ink style=(format!("top:{top:.1}px;{}", line.colours())) { (line.model.name) }
                    }
                }
                div.axis aria-hidden="true" {
                    @for tick in x.ticks.iter().step_by(value_every) {
                        span.tick style=(format!("left:{:.2}%", left(*tick))) { (tick_text(*tick, Scale::of_count(*tick))) }
                    }
                }
                span.axis-name.small.muted aria-hidden="true" { (self.counted()) }
            }
        }
    }

    fn line(&self, id: &str) -> Option<Line<'_>> {
        let point = |point: &Point| Some((place_of(point.value), self.figure(point, id).filter(|interval| interval.low > 0.0)?));
        let points: Vec<(f64, Interval)> = self.report.points.iter().filter_map(point).collect();
        Some(Line { model: self.model(id)?, points }).filter(|line| !line.points.is_empty())
    }
}

/// One model's.
struct Line<'a> {
    model: &'a Model,
    points: Vec<(f64, Interval)>,
}

impl Line<'_> {
    fn colours(&self) -> String {
        format!("--l:{};--d:{}", self.model.look.light, self.model.look.dark)
    }

    fn path(&self, left: impl Fn(f64) -> f64, top: impl Fn(f64) -> f64) -> String {
        let points = self.points.iter().map(|(value, interval)| format!("{:.2},{:.2}", left(*value), top(interval.median)));
        points.collect::<Vec<_>>().join(" ")
    }
}

/// A logarithmic axis has no place for 0: it stands where 1 does.
fn place_of(value: u64) -> f64 {
    value.max(1) as f64
}
