//! Every trial of both on one axis: the first result's filled and above, the second's outlined and below.

use analysis::axis::{Axis, Begins, tick_text};
use analysis::numbers::{Scale, bare, capital, covered, shown_on};
use analysis::quantities::{label, value};
use protocol::report::Interval;
use protocol::{Quantity, Role, Trial};

use super::{Both, BothPicture, Content};
use crate::Heading;
use crate::groups::named;
use crate::lines::Side;
use crate::picture::Table;
use crate::rows::{Part, Point, Row, Rows};
use crate::words::better;

pub(super) fn picture<'b>(both: &'b Both<'_>) -> Option<BothPicture<'b>> {
    let (workload, quantity) = (both.workload()?, both.quantity()?);
    let overlay = Overlay::of(both, quantity)?;
    let sub = format!("{}A filled, B outlined; bar: interval of the median", better(quantity));
    let heading = Heading { title: label(quantity, workload), sub, help: quantity.help.clone() };
    let table = overlay.table();
    Some(BothPicture { id: "between-overlay", heading, table, content: Content::Rows(overlay.rows()), has_choice: true })
}

struct Overlay<'b> {
    both: &'b Both<'b>,
    quantity: &'b Quantity,
    axis: Option<Axis>,
    /// All figures are told on the scale of this one.
    greatest: f64,
}

impl<'b> Overlay<'b> {
    /// Nothing of sweeps, whose trials are of several points.
    fn of(both: &'b Both<'_>, quantity: &'b Quantity) -> Option<Self> {
        let is_sweep = both.results[..2].iter().any(|run| run.submission.experiment.sweep.is_some());
        if is_sweep || both.between.key.is_empty() {
            return None;
        }
        let mut overlay = Self { both, quantity, axis: None, greatest: 0.0 };
        let models = both.models();
        let values = models.iter().flat_map(|model| [0, 1].map(|side| (side, *model)));
        let values: Vec<f64> = values.flat_map(|(side, model)| overlay.trials(side, model)).map(|(_, value)| value).collect();
        overlay.greatest = values.iter().copied().fold(0.0, f64::max);
        overlay.axis = Axis::of_marks(&values, 4);
        Some(overlay)
    }

    /// A model's trials that count in one of the two, each with its value.
    fn trials(&self, side: usize, model: &str) -> Vec<(&'b Trial, f64)> {
        let is_one = |trial: &&Trial| trial.is_ok() && trial.planned.role == Role::Plain && trial.planned.model == *model;
        let trials = self.both.results[side].trials.iter().filter(is_one);
        trials.filter_map(|trial| Some((trial, value(trial, &self.quantity.key)?))).collect()
    }

    fn median(&self, side: usize, model: &str) -> Option<Interval> {
        self.both.summarised[side].of(model, Role::Plain)?.value(&self.quantity.key)
    }

    fn shown(&self, value: f64) -> String {
        shown_on(self.quantity.unit, value, self.greatest)
    }

    fn rows(&self) -> Rows<'b> {
        let axis = self.axis.as_ref();
        let ticks = axis.map(|axis| axis.ticks.iter().map(|tick| (axis.place(*tick), self.tick(axis, *tick))).collect());
        let models = self.both.models();
        let rows = models.into_iter().flat_map(|model| [0, 1].map(|side| self.row(side, model)));
        Rows {
            rows: rows.collect(),
            ticks: ticks.unwrap_or_default(),
            list_box: "Trials of both results; arrow keys go from one to the next",
            note: self.note(),
            in_pairs: true,
            ..Rows::default()
        }
    }

    fn row(&self, side: usize, model: &str) -> Row<'b> {
        let (catalog, is_first) = (&self.both.catalog, side == 0);
        let kind = Side::BOTH[side].kind();
        let label = if is_first { named(catalog, model, Role::Plain) } else { String::new() };
        let mut row = Row::new(catalog.model(model), kind, label);
        let median = self.median(side, model);
        let figure = median.map_or_else(|| "–".to_owned(), |interval| self.shown(interval.median));
        row.value = format!("{} {figure}", Side::BOTH[side].letter());
        let Some(axis) = &self.axis else { return row };
        if let Some(Interval { median, low, high, .. }) = median {
            row.parts = vec![Part::Interval { from: axis.place(low), to: axis.place(high) }, Part::Median(axis.place(median))];
        }
        row.points = self.trials(side, model).into_iter().map(|(trial, value)| self.point(axis, side, trial, value)).collect();
        row
    }

    fn point(&self, axis: &Axis, side: usize, trial: &Trial, value: f64) -> Point {
        let name = named(&self.both.catalog, &trial.planned.model, Role::Plain);
        let disturbed = if trial.disturbed { ", disturbed" } else { "" };
        let (letter, repetition) = (Side::BOTH[side].letter(), trial.planned.repetition + 1);
        Point {
            place: axis.place(value),
            shift: [0, -4, 4, -2, 2][(trial.planned.repetition % 5) as usize],
            id: format!("between-{letter}-{}", trial.planned.order),
            trial: None,
            words: format!("{letter}, {name}, repetition {repetition}: {}{disturbed}", self.shown(value)),
            disturbed: trial.disturbed,
        }
    }

    fn tick(&self, axis: &Axis, tick: f64) -> String {
        let of_scale = if axis.begins() == Begins::Log { tick } else { self.greatest };
        tick_text(tick, Scale::of_column(self.quantity.unit, of_scale))
    }

    fn note(&self) -> String {
        let Some(axis) = &self.axis else { return "Neither has a trial that came to a result.".to_owned() };
        let mut parts = Vec::new();
        match axis.begins() {
            Begins::AtZero => {}
            Begins::AtData => parts.push(format!("the axis starts at {}, not at 0", self.tick(axis, axis.low()))),
            Begins::Log => parts.push("logarithmic axis".to_owned()),
        }
        if self.both.results[..2].iter().any(|run| run.trials.iter().any(|trial| trial.is_ok() && trial.disturbed)) {
            parts.push("dotted: disturbed by others".to_owned());
        }
        capital(&parts.join("; "))
    }

    fn table(&self) -> Table {
        let models = self.both.models();
        let all = || models.iter().flat_map(|model| [0, 1].map(|side| (side, *model)));
        let most = all().map(|(side, model)| self.trials(side, model).len()).max().unwrap_or(0);
        let bare = |value: f64| bare(self.quantity.unit, value, self.greatest);
        let mut head: Vec<String> = ["Model", "result", "median", "interval"].map(str::to_owned).to_vec();
        head.extend((1..=most).map(|index| format!("trial {index}")));
        let row = |(side, model): (usize, &str)| {
            let median = self.median(side, model);
            let ends = |Interval { low, high, coverage, .. }: Interval| {
                format!("{} – {} ({})", bare(low), bare(high), covered(coverage))
            };
            let mut cells = vec![
                named(&self.both.catalog, model, Role::Plain),
                Side::BOTH[side].letter().to_string(),
                median.map(|interval| self.shown(interval.median)).unwrap_or_default(),
                median.map(ends).unwrap_or_default(),
            ];
            cells.extend(self.trials(side, model).into_iter().map(|(_, value)| bare(value)));
            cells.resize(head.len(), String::new());
            cells
        };
        let rows = all().map(row).collect();
        Table { head, rows }
    }
}
