//! Every repetition as a point, on one axis: the picture that proves the sentence.

use analysis::axis::{Axis, Begins, tick_text};
use analysis::numbers::{Scale, bare, capital, covered, shown_on};
use analysis::quantities::{label, value};
use analysis::verdict::against_itself;
use maud::{Markup, html};
use protocol::report::Interval;
use protocol::{Quantity, Role, Trial};

use crate::groups::{Group, groups, named};
use crate::mark::{Kind, colours_of, drawn as mark};
use crate::picture::{Picture, Table};
use crate::words::{better, interval_of, percent};
use crate::{Heading, Medium, Subject};

/// The height of a row, pixels: `.labels`, `.values` and `.track` in the styles have it too.
pub const ROW_PX: usize = 34;

/// What the list box says of itself. The keys are its host's to hear.
const LIST_BOX: &str = "Trials; arrow keys go from one to the next, Enter opens it";

pub(crate) const PICTURE: Picture = Picture {
    id: "trials",
    heading,
    body: drawn,
    table: |subject| Dots::of(subject).map(|dots| dots.table()).unwrap_or_default(),
};

/// The picture, of a result or of a plan: a row for each model and for the A/A control.
#[must_use]
pub fn trials(subject: &Subject<'_>, medium: Medium) -> String {
    drawn(subject, medium).into_string()
}

fn heading(subject: &Subject<'_>) -> Option<Heading> {
    let (workload, quantity) = (subject.workload()?, subject.headline()?);
    let intervals = subject.summarised.summary.iter().filter_map(|summary| summary.value(&quantity.key));
    let sub = format!("{}each mark one trial, bar {} of the median", better(quantity), interval_of(intervals));
    Some(Heading { title: label(quantity, workload), sub, help: quantity.help.clone() })
}

/// Nothing of a quantity that the catalogue does not have.
fn drawn(subject: &Subject<'_>, medium: Medium) -> Markup {
    let Some(dots) = Dots::of(subject) else { return html! {} };
    html! {
        div.plot-grid {
            (dots.labels())
            div.plot style={ "height:" (dots.rows.len() * ROW_PX) "px" } {
                (dots.ground())
                // A list of nothing is none.
                @if dots.axis.is_some() { (dots.list(medium)) }
            }
            (dots.values())
            (dots.ticks())
        }
        p.foot-note.small.muted { (dots.note()) }
    }
}

struct Dots<'a> {
    subject: &'a Subject<'a>,
    quantity: &'a Quantity,
    rows: Vec<Row<'a>>,
    axis: Option<Axis>,
    /// All figures are told on the scale of this one.
    greatest: f64,
}

struct Row<'a> {
    group: Group<'a>,
    points: Vec<(&'a Trial, f64)>,
    interval: Option<Interval>,
}

impl<'a> Dots<'a> {
    fn of(subject: &'a Subject<'a>) -> Option<Self> {
        let quantity = subject.headline()?;
        let row = |group: Group<'a>| {
            let good = group.trials(subject.trials).filter(|trial| trial.is_ok());
            let points = good.filter_map(|trial| Some((trial, value(trial, &quantity.key)?))).collect();
            let summary = subject.summarised.of(group.model, group.role);
            Row { points, interval: summary.and_then(|summary| summary.value(&quantity.key)), group }
        };
        let rows: Vec<Row<'a>> = groups(subject.experiment).into_iter().map(row).collect();
        let values: Vec<f64> = rows.iter().flat_map(|row| row.points.iter().map(|(_, value)| *value)).collect();
        let greatest = values.iter().copied().fold(0.0, f64::max);
        Some(Self { subject, axis: Axis::of_marks(&values, 4), rows, greatest, quantity })
    }

    fn value(&self, value: f64) -> String {
        shown_on(self.quantity.unit, value, self.greatest)
    }

    fn labels(&self) -> Markup {
        html! {
            div.labels {
                @for Row { group, .. } in &self.rows {
                    span class=[group.is_control().then_some("muted")] { (group.name(self.subject.catalog)) }
                }
            }
        }
    }

    fn values(&self) -> Markup {
        html! {
            div.values {
                @for row in &self.rows { b { (row.interval.map(|interval| self.value(interval.median)).unwrap_or_default()) } }
            }
        }
    }

    /// What is behind the marks: the spread of the control, lines at the ticks, medians with their intervals.
    fn ground(&self) -> Markup {
        // Until it can be compared with its model the control has no spread to speak of.
        let enough = self.subject.summarised.control(&self.quantity.key).is_some();
        let control = self.rows.iter().find(|row| row.group.is_control() && enough).and_then(|row| row.interval);
        html! {
            @if let Some(axis) = &self.axis {
                @if let Some(control) = control { i.floor style=(extent(axis, control)) {} }
                @for tick in &axis.ticks { i.grid style={ "left:" (percent(axis.place(*tick))) } {} }
            }
            @for (index, row) in self.rows.iter().enumerate() { (self.bar(index, row)) }
        }
    }

    fn bar(&self, index: usize, row: &Row<'_>) -> Markup {
        let top = format!("top:{}px", index * ROW_PX);
        let (Some(axis), Some(interval)) = (&self.axis, row.interval) else { return html! { i.track style=(top) {} } };
        html! {
            span.track.m style={ (top) ";" (colours_of(self.subject.catalog, row.group.model)) } {
                i.interval style=(extent(axis, interval)) {}
                i.median style={ "left:" (percent(axis.place(interval.median))) } {}
            }
        }
    }

    /// The marks. In the page they are one stop of the tab key, and its host hears the arrow keys.
    fn list(&self, medium: Medium) -> Markup {
        match medium {
            Medium::Page => html! { div.points role="listbox" tabindex="0" aria-label=(LIST_BOX) { (self.points(medium)) } },
            Medium::Paper => html! { div.points role="list" { (self.points(medium)) } },
        }
    }

    fn points(&self, medium: Medium) -> Markup {
        let Some(axis) = &self.axis else { return html! {} };
        html! {
            @for (index, row) in self.rows.iter().enumerate() {
                @for (trial, value) in &row.points {
                    (self.point(medium, row, trial, self.place(axis, index, row, trial, *value), *value))
                }
            }
        }
    }

    /// Where a mark stands, and in which colours.
    fn place(&self, axis: &Axis, index: usize, row: &Row<'_>, trial: &Trial, value: f64) -> String {
        // So that trials with the same figure do not hide each other.
        let jitter = [0_i64, -6, 6, -3, 3][(trial.planned.repetition % 5) as usize];
        let top = (index * ROW_PX + ROW_PX / 2) as i64 + jitter;
        format!("left:{};top:{top}px;{}", percent(axis.place(value)), colours_of(self.subject.catalog, row.group.model))
    }

    fn point(&self, medium: Medium, row: &Row<'_>, trial: &Trial, style: String, value: f64) -> Markup {
        let (order, text) = (trial.planned.order, self.point_text(trial, value));
        let id = format!("{}-{order}", self.quantity.key);
        let disturbed = trial.disturbed.then_some("true");
        let mark = mark(self.subject.catalog.model(row.group.model), Kind::of(row.group.role));
        html! {
            @match medium {
                Medium::Page => {
                    span.point.m role="option" id=(id) data-trial=(order) data-disturbed=[disturbed] aria-label=(text)
                        aria-selected="false" style=(style) { (mark) }
                }
                Medium::Paper => {
                    span.point.m role="listitem" id=(id) data-disturbed=[disturbed] aria-label=(text) title=(text)
                        style=(style) { (mark) }
                }
            }
        }
    }

    fn point_text(&self, trial: &Trial, value: f64) -> String {
        let name = named(self.subject.catalog, &trial.planned.model, trial.planned.role);
        let disturbed = if trial.disturbed { ", disturbed" } else { "" };
        format!("{name}, repetition {}: {}{disturbed}", trial.planned.repetition + 1, self.value(value))
    }

    fn ticks(&self) -> Markup {
        html! {
            div.axis {
                @if let Some(axis) = &self.axis {
                    @for (index, tick) in axis.ticks.iter().enumerate() {
                        // On a phone every second one is left out.
                        @let class = if index % 2 == 1 { "tick minor" } else { "tick" };
                        span class=(class) style={ "left:" (percent(axis.place(*tick))) } {
                            (self.tick(axis, *tick))
                        }
                    }
                }
            }
        }
    }

    /// If the axis spans both, a thousand millions are one billion.
    fn tick(&self, axis: &Axis, tick: f64) -> String {
        let of_scale = if axis.begins() == Begins::Log { tick } else { self.greatest };
        tick_text(tick, Scale::of_column(self.quantity.unit, of_scale))
    }

    fn note(&self) -> String {
        let Some(axis) = &self.axis else {
            let (over, early) =
                ("No trial came to a result.", "Points come as trials end; intervals from the third repetition on.");
            return if self.subject.over { over } else { early }.to_owned();
        };
        let mut parts = Vec::new();
        if let Some(control) = self.subject.summarised.control(&self.quantity.key) {
            let name = named(self.subject.catalog, &control.model, Role::Plain);
            parts.push(format!("grey: the A/A control's interval; {name} against itself {}", against_itself(control)));
        }
        match axis.begins() {
            Begins::AtZero => {}
            Begins::AtData => parts.push(format!("the axis starts at {}, not at 0", self.tick(axis, axis.low()))),
            Begins::Log => parts.push("logarithmic axis".into()),
        }
        if self.rows.iter().flat_map(|row| &row.points).any(|(trial, _)| trial.disturbed) {
            parts.push("dotted: disturbed by others".into());
        }
        capital(&parts.join("; "))
    }

    fn table(&self) -> Table {
        let most = self.rows.iter().map(|row| row.points.len()).max().unwrap_or(0);
        let bare = |value: f64| bare(self.quantity.unit, value, self.greatest);
        let mut head: Vec<String> = ["Model", "median", "interval"].map(str::to_owned).to_vec();
        head.extend((1..=most).map(|index| format!("trial {index}")));
        let row = |row: &Row<'_>| {
            let ends = |Interval { low, high, coverage, .. }: Interval| {
                format!("{} – {} ({})", bare(low), bare(high), covered(coverage))
            };
            let mut cells = vec![
                row.group.name(self.subject.catalog),
                row.interval.map(|interval| self.value(interval.median)).unwrap_or_default(),
                row.interval.map(ends).unwrap_or_default(),
            ];
            cells.extend(row.points.iter().map(|(_, value)| bare(*value)));
            cells.resize(head.len(), String::new());
            cells
        };
        let rows = self.rows.iter().map(row).collect();
        Table { head, rows }
    }
}

/// Where an interval lies.
fn extent(axis: &Axis, interval: Interval) -> String {
    let (from, to) = (axis.place(interval.low), axis.place(interval.high));
    format!("left:{};width:{}", percent(from), percent(to - from))
}
