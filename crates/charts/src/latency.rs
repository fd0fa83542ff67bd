//! Latency by percentile, one line for each model: both axes logarithmic, the percentiles towards 1. Percentiles are medians over
//! the trials, and a line ends where its samples end; the longest is that of all trials.

use analysis::axis::{Axis, tick_text};
use analysis::numbers::{Scale, shown};
use analysis::quantities::{PERCENTILES, value};
use maud::{Markup, html};
use protocol::catalog::Unit;
use protocol::report::Summary;

use crate::groups::{Group, plain};
use crate::lines::{Knot, Line, Lines};
use crate::picture::{Picture, Table};
use crate::rows::ROW_PX;
use crate::{Heading, Subject};

/// Where a percentile stands, by its place among [`PERCENTILES`]: 90, 99 and 99.9 % as far from each other as their
/// complements are, which is a decade. The greatest is of no percentile of its own.
fn place(index: usize) -> f64 {
    index as f64 / (PERCENTILES.len() - 1) as f64
}

const HEIGHT_PX: usize = 176;

const HELP: &str = "How long most operations took, and the slowest of them: each percentile is the median over the trials, the \
                    longest that of all trials. A line ends where fewer than ten timed operations lie beyond.";

pub(crate) const PICTURE: Picture =
    Picture { id: "latency", heading, body: |subject, _| drawn(subject), table, svg: |_, _| None };

fn heading(subject: &Subject<'_>) -> Option<Heading> {
    let sub = format!("{}; log scale", subject.workload()?.latency);
    Some(Heading { title: "Latency".to_owned(), sub, help: HELP.to_owned() })
}

/// The percentiles, medians over the trials.
fn table(subject: &Subject<'_>) -> Table {
    let mut head = vec!["Model".to_owned()];
    head.extend(PERCENTILES.iter().map(|(_, name)| (*name).to_owned()));
    let row = |summary: &Summary| {
        let cell = |(key, _): &(&str, &str)| summary.value(key).map(|interval| shown(Unit::Nanoseconds, interval.median));
        let cells = PERCENTILES.iter().map(|percentile| cell(percentile).unwrap_or_default());
        std::iter::once(Group::of(summary).name(subject.catalog)).chain(cells).collect()
    };
    Table { head, rows: plain(subject).map(row).collect() }
}

/// The picture, of a result or of a plan.
#[must_use]
pub fn latency(subject: &Subject<'_>) -> String {
    drawn(subject).into_string()
}

pub(crate) fn drawn(subject: &Subject<'_>) -> Markup {
    let lines: Vec<Line<'_>> = plain(subject).filter_map(|summary| line(subject, summary)).collect();
    let values: Vec<f64> = lines.iter().flat_map(|line| line.places.iter().map(|knot| knot.value)).collect();
    let axis = Axis::log(&values);
    // As high as the chart beside it, whose rows are the models and the control.
    let height = HEIGHT_PX.max((subject.experiment.models.len() + 1) * ROW_PX);
    let chart = Lines {
        class: None,
        label: "Latency by percentile; the same figures are in the table below",
        height: height as f64,
        name_height: 16.0,
        across: PERCENTILES.iter().enumerate().map(|(index, (_, name))| (place(index), Some((*name).to_owned()))).collect(),
        counted: "percentile of operations",
        axis: axis.as_ref(),
        tick: &|tick| tick_text(tick, Scale::of_time(tick)),
        most_ticks: 6,
        behind: html! {},
        lines,
    };
    html! {
        div.latency {
            @if axis.is_none() && subject.over { p.muted.small { "No trial recorded latencies." } } @else { (chart.drawn()) }
        }
    }
}

/// As far as its percentiles go; the longest only behind all of them.
fn line<'a>(subject: &Subject<'a>, summary: &'a Summary) -> Option<Line<'a>> {
    let group = Group::of(summary);
    let longest = |key: &str| {
        let good = group.trials(subject.trials).filter(|trial| trial.is_ok());
        good.filter_map(|trial| value(trial, key)).reduce(f64::max)
    };
    let knot = |(index, (key, _)): (usize, &(&str, &str))| {
        let median = || summary.value(key).map(|interval| interval.median);
        let value = if index + 1 == PERCENTILES.len() { longest(key) } else { median() }?;
        Some(Knot { x: place(index), value, ends: None })
    };
    let places: Vec<Knot> = PERCENTILES.iter().enumerate().map_while(knot).collect();
    if places.is_empty() {
        return None;
    }
    let model = subject.catalog.model(&summary.model);
    Some(Line { model, name: model.map_or(summary.model.as_str(), |model| &model.name), places })
}
