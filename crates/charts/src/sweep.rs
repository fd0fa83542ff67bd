//! The result of a sweep: its sentences, a line chart with the crossovers or, of two parameters, a heat map for each model, and
//! its table.

use analysis::axis::{Axis, tick_text};
use analysis::numbers::{Scale, significant};
use analysis::quantities::label;
use maud::{Markup, html};
use protocol::report::{Crossover, Point};

use crate::lines::{Crossing, Knot, Line, Lines};
use crate::svg::{Canvas, Theme};
use crate::swept::Swept;
use crate::words::{better, interval_of};
use crate::{Heading, Medium, Subject, heat};

/// Sentences, chart and table; an empty text if it is no sweep.
#[must_use]
pub fn sweep(subject: &Subject<'_>) -> String {
    drawn(subject).into_string()
}

/// The same in parts, for a host that has a title of its own in which the quantity is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepParts {
    /// The sentences.
    pub outcome: String,
    /// What stands over the chart.
    pub heading: Heading,
    /// The chart, or the heat maps.
    pub chart: String,
    /// The table.
    pub table: String,
}

/// The parts of it; `None` if it is no sweep.
#[must_use]
pub fn parts(subject: &Subject<'_>) -> Option<SweepParts> {
    parts_in(subject, Medium::Page)
}

pub(crate) fn parts_in(subject: &Subject<'_>, medium: Medium) -> Option<SweepParts> {
    let swept = Swept::of(subject)?;
    let [outcome, chart, table] = [outcome(&swept), picture(&swept, medium), table(&swept)].map(Markup::into_string);
    Some(SweepParts { outcome, heading: heading(&swept), chart, table })
}

pub(crate) fn drawn(subject: &Subject<'_>) -> Markup {
    let Some(swept) = Swept::of(subject) else { return html! {} };
    let Heading { title, sub, help } = heading(&swept);
    html! {
        section.outcome aria-label="Verdict" { (outcome(&swept)) }
        section.card aria-labelledby="sweep-title" {
            header { h2 id="sweep-title" title=(help) { (title) } p.sub { (sub) } }
            (picture(&swept, Medium::Paper))
        }
        (table(&swept))
    }
}

fn heading(swept: &Swept<'_>) -> Heading {
    let (better, points) = (better(swept.quantity), swept.points().len());
    let sub = match swept.second() {
        None => format!("{better}median and {} at each of {points} values; log scales", interval_of(swept.intervals())),
        Some(_) => format!("{better}ratios at each of {points} points; the further apart, the deeper the colour"),
    };
    Heading { title: label(swept.quantity, swept.workload), sub, help: swept.quantity.help.clone() }
}

fn picture(swept: &Swept<'_>, medium: Medium) -> Markup {
    match swept.second() {
        None => chart(swept, medium),
        Some((parameter, values)) => heat::drawn(swept, parameter, values),
    }
}

/// More sentences than these are twenty-eight pairs of eight models, which nobody reads.
const MOST_SENTENCES: usize = 3;

fn outcome(swept: &Swept<'_>) -> Markup {
    let sentences = swept.sentences();
    let (first, rest) = match sentences.split_first() {
        Some((first, rest)) => (first.as_str(), rest),
        None => ("Nothing was measured.", &[][..]),
    };
    html! {
        h1.verdict data-testid="verdict" { (first) }
        p.detail data-testid="verdict-detail" {
            (rest.iter().take(MOST_SENTENCES).map(String::as_str).collect::<Vec<_>>().join(" "))
            @if rest.len() > MOST_SENTENCES { " " (rest.len() - MOST_SENTENCES) " more pairs: in the table." }
            @for line in swept.left_out() { " " (line) }
        }
    }
}

fn chart(swept: &Swept<'_>, medium: Medium) -> Markup {
    let mut drawn = html! { p.muted.small { "No trial has come to a result yet." } };
    curves(swept, &mut |lines| drawn = lines.drawn(medium));
    html! { (drawn) p.foot-note.small.muted { (NOTE) } }
}

/// What must be known to read the curves.
const NOTE: &str = "Where two lines cross: the value at which they are equal, and 95 % of the draws around it. A bar at a mark is its \
                    interval.";

/// Gives the curves to whoever draws them, if there are any.
fn curves(swept: &Swept<'_>, draw: &mut dyn FnMut(&Lines<'_>)) {
    let Subject { experiment, summarised, .. } = swept.subject;
    let crossovers = &summarised.crossovers;
    let values: Vec<f64> = swept.points().iter().map(|point| place_of(point.value)).collect();
    let Some(x) = Axis::log(&values) else { return };
    let lines: Vec<Line<'_>> = experiment.models.iter().filter_map(|model| line(swept, &x, model)).collect();
    let knots = || lines.iter().flat_map(|line| &line.places);
    let figures: Vec<f64> = knots()
        .flat_map(|knot| [Some(knot.value), knot.ends.map(|ends| ends.0), knot.ends.map(|ends| ends.1)])
        .flatten()
        .collect();
    let Some(axis) = Axis::log(&figures) else { return };
    let words_every = x.ticks.len().div_ceil(7).max(1);
    let tick = |(index, tick): (usize, &f64)| {
        let name = (index % words_every == 0).then(|| tick_text(*tick, Scale::of_count(*tick)));
        (x.place(*tick), name)
    };
    let crossing = |(crossover, row): (&Crossover, usize)| Crossing {
        at: x.place(crossover.at),
        low: x.place(crossover.low),
        high: x.place(crossover.high),
        name: (row < MOST_NAME_ROWS).then(|| (row, significant(crossover.at))),
    };
    let unit = swept.quantity.unit;
    draw(&Lines {
        id: "curves",
        class: Some("sweep-grid"),
        label: "Medians at each value",
        height: 300.0,
        name_height: 17.0,
        across: x.ticks.iter().enumerate().map(tick).collect(),
        counted: &swept.counted(),
        axis: Some(&axis),
        tick: &|tick| tick_text(tick, Scale::of_column(unit, tick)),
        most_ticks: 7,
        crossings: crossovers.iter().zip(rows_of_names(&x, crossovers)).map(crossing).collect(),
        lines,
    });
}

/// The picture as an SVG of its own; `None` if nothing has been measured yet, or it is no sweep.
pub(crate) fn svg(subject: &Subject<'_>, theme: Theme) -> Option<String> {
    let swept = Swept::of(subject)?;
    let mut canvas = Canvas::new("curves", theme, &heading(&swept));
    match swept.second() {
        Some((also, values)) => {
            heat::on(&swept, also, values, &mut canvas);
            Some(canvas.done(subject, heat::NOTE))
        }
        None => {
            curves(&swept, &mut |lines| lines.on(&mut canvas));
            Some(canvas.done(subject, NOTE))
        }
    }
}

/// The share of a narrow plot's width that a crossover's name takes.
const NAME_SHARE: f64 = 0.15;
/// The rows of names for which there is room. What is in none of them has its line, and its sentence.
const MOST_NAME_ROWS: usize = 18;

/// The row in which each crossover's name stands: the first in which it lies on no other.
fn rows_of_names(x: &Axis, crossovers: &[Crossover]) -> Vec<usize> {
    let mut taken: Vec<Vec<f64>> = Vec::new();
    let row = |crossover: &Crossover| {
        let place = x.place(crossover.at);
        let is_free = |row: &Vec<f64>| row.iter().all(|other| (other - place).abs() >= NAME_SHARE);
        let row = taken.iter().position(is_free).unwrap_or(taken.len());
        taken.resize(taken.len().max(row + 1), Vec::new());
        taken[row].push(place);
        row
    };
    crossovers.iter().map(row).collect()
}

fn line<'a>(swept: &'a Swept<'_>, x: &Axis, model: &'a str) -> Option<Line<'a>> {
    let knot = |point: &Point| {
        // A logarithmic axis has no place for nothing.
        let interval = swept.figure(point, model).filter(|interval| interval.low > 0.0)?;
        let knot = Knot { x: x.place(place_of(point.value)), value: interval.median, ends: Some((interval.low, interval.high)) };
        Some((knot, format!("{}, {}: {}", swept.name(model), swept.place(point), swept.cell(point, model))))
    };
    let (places, says): (Vec<Knot>, Vec<String>) = swept.points().iter().filter_map(knot).unzip();
    let line = Line { model: swept.subject.catalog.model(model), name: swept.name(model), places, says, ..Line::default() };
    (!line.places.is_empty()).then_some(line)
}

fn table(swept: &Swept<'_>) -> Markup {
    let (heads, rows) = swept.rows();
    let values = if swept.second().is_some() { 2 } else { 1 };
    html! {
        section.card.sweep-table {
            table data-testid="sweep-table" {
                thead { tr { @for head in &heads { th scope="col" { (head) } } } }
                tbody {
                    @for row in &rows {
                        tr {
                            @for (index, cell) in row.iter().enumerate() {
                                @if index < values { th scope="row" { (cell) } } @else { td { (cell) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A logarithmic axis has no place for 0: it stands where 1 does.
fn place_of(value: u64) -> f64 {
    value.max(1) as f64
}
