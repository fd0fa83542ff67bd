//! Every repetition as a point, on one axis: the picture that proves the sentence.

use analysis::axis::{Axis, Begins, tick_text};
use analysis::numbers::{Scale, bare, capital, covered, shown_on};
use analysis::quantities::{label, value};
use analysis::verdict::against_itself;
use maud::{Markup, html};
use protocol::report::Interval;
use protocol::{Quantity, Role, Trial};

use crate::groups::{Group, groups, named};
use crate::mark::Kind;
use crate::picture::{Picture, Table};
use crate::rows::{Part, Point, Row, Rows};
use crate::words::{better, interval_of};
use crate::{Heading, Medium, Subject, svg};

/// What the list box says of itself. The keys are its host's to hear.
const LIST_BOX: &str = "Trials; arrow keys go from one to the next, Enter opens it";

pub(crate) const PICTURE: Picture = Picture {
    id: "trials",
    heading,
    body: drawn,
    table: |subject| Dots::of(subject).map(|dots| dots.table()).unwrap_or_default(),
    svg: |subject, theme| svg::rows("trials", subject, heading(subject), &Dots::of(subject)?.rows(), theme),
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
    Dots::of(subject).map_or_else(|| html! {}, |dots| dots.rows().drawn(medium))
}

struct Dots<'a> {
    subject: &'a Subject<'a>,
    quantity: &'a Quantity,
    labels: Vec<Label<'a>>,
    axis: Option<Axis>,
    /// All figures are told on the scale of this one.
    greatest: f64,
}

/// A model in a role, and what its trials say.
struct Label<'a> {
    group: Group<'a>,
    points: Vec<(&'a Trial, f64)>,
    interval: Option<Interval>,
}

impl<'a> Dots<'a> {
    fn of(subject: &'a Subject<'a>) -> Option<Self> {
        let quantity = subject.headline()?;
        let label = |group: Group<'a>| {
            let good = group.trials(subject.trials).filter(|trial| trial.is_ok());
            let points = good.filter_map(|trial| Some((trial, value(trial, &quantity.key)?))).collect();
            let summary = subject.summarised.of(group.model, group.role);
            Label { points, interval: summary.and_then(|summary| summary.value(&quantity.key)), group }
        };
        let labels: Vec<Label<'a>> = groups(subject.experiment).into_iter().map(label).collect();
        let values: Vec<f64> = labels.iter().flat_map(|label| label.points.iter().map(|(_, value)| *value)).collect();
        let greatest = values.iter().copied().fold(0.0, f64::max);
        Some(Self { subject, axis: Axis::of_marks(&values, 4), labels, greatest, quantity })
    }

    fn value(&self, value: f64) -> String {
        shown_on(self.quantity.unit, value, self.greatest)
    }

    fn rows(&self) -> Rows<'a> {
        let axis = self.axis.as_ref();
        // Until it can be compared with its model the control has no spread to speak of.
        let enough = self.subject.summarised.control(&self.quantity.key).is_some();
        let control = self.labels.iter().find(|label| label.group.is_control() && enough).and_then(|label| label.interval);
        let ticks = axis.map(|axis| axis.ticks.iter().map(|tick| (axis.place(*tick), self.tick(axis, *tick))).collect());
        Rows {
            rows: self.labels.iter().map(|label| self.row(label)).collect(),
            ticks: ticks.unwrap_or_default(),
            floor: axis.zip(control).map(|(axis, control)| (axis.place(control.low), axis.place(control.high))),
            list_box: LIST_BOX,
            note: self.note(),
            ..Rows::default()
        }
    }

    fn row(&self, Label { group, points, interval }: &Label<'a>) -> Row<'a> {
        let catalog = self.subject.catalog;
        let mut row = Row::new(catalog.model(group.model), Kind::of(group.role), group.name(catalog));
        row.value = interval.map(|interval| self.value(interval.median)).unwrap_or_default();
        let Some(axis) = &self.axis else { return row };
        if let Some(Interval { median, low, high, .. }) = interval {
            row.parts = vec![Part::Interval { from: axis.place(*low), to: axis.place(*high) }, Part::Median(axis.place(*median))];
        }
        row.points = points.iter().map(|(trial, value)| self.point(axis, trial, *value)).collect();
        row
    }

    fn point(&self, axis: &Axis, trial: &Trial, value: f64) -> Point {
        let order = trial.planned.order;
        Point {
            place: axis.place(value),
            shift: [0, -6, 6, -3, 3][(trial.planned.repetition % 5) as usize],
            id: format!("{}-{order}", self.quantity.key),
            trial: Some(order),
            words: self.point_text(trial, value),
            disturbed: trial.disturbed,
        }
    }

    fn point_text(&self, trial: &Trial, value: f64) -> String {
        let name = named(self.subject.catalog, &trial.planned.model, trial.planned.role);
        let disturbed = if trial.disturbed { ", disturbed" } else { "" };
        format!("{name}, repetition {}: {}{disturbed}", trial.planned.repetition + 1, self.value(value))
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
        if self.labels.iter().flat_map(|label| &label.points).any(|(trial, _)| trial.disturbed) {
            parts.push("dotted: disturbed by others".into());
        }
        capital(&parts.join("; "))
    }

    fn table(&self) -> Table {
        let most = self.labels.iter().map(|label| label.points.len()).max().unwrap_or(0);
        let bare = |value: f64| bare(self.quantity.unit, value, self.greatest);
        let mut head: Vec<String> = ["Model", "median", "interval"].map(str::to_owned).to_vec();
        head.extend((1..=most).map(|index| format!("trial {index}")));
        let row = |label: &Label<'_>| {
            let ends = |Interval { low, high, coverage, .. }: Interval| {
                format!("{} – {} ({})", bare(low), bare(high), covered(coverage))
            };
            let mut cells = vec![
                label.group.name(self.subject.catalog),
                label.interval.map(|interval| self.value(interval.median)).unwrap_or_default(),
                label.interval.map(ends).unwrap_or_default(),
            ];
            cells.extend(label.points.iter().map(|(_, value)| bare(*value)));
            cells.resize(head.len(), String::new());
            cells
        };
        let rows = self.labels.iter().map(row).collect();
        Table { head, rows }
    }
}
