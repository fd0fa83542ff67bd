//! Two sweeps: each model's ratio of the second to the first at every point that both have. Of two parameters the table alone.

use analysis::axis::{Axis, tick_text};
use analysis::between::PointBetween;
use analysis::numbers::{Scale, ratio, significant};
use maud::{Markup, html};
use protocol::parameter::grouped;
use protocol::report::Comparison;
use protocol::{Parameter, Quantity, Role};

use super::{Both, BothPicture, Content, MEDIUM, change};
use crate::Heading;
use crate::forest::tick_words;
use crate::groups::named;
use crate::lines::{Knot, Line, Lines};
use crate::picture::Table;
use crate::svg::Canvas;
use crate::swept::counted;

const HELP: &str = "How much of the quantity each model has in B of what it has in A, at each point that both have measured. The two were \
                    not run in turns, so whatever else changed is in it.";

pub(super) fn picture<'b>(both: &'b Both<'_>) -> Option<BothPicture<'b>> {
    let points = Points::of(both)?;
    let sub = format!("ratio of {} at each point of both, bar interval, not run in turns", both.what());
    Some(BothPicture {
        id: "between-points",
        heading: Heading { title: "B against A".to_owned(), sub, help: HELP.to_owned() },
        table: points.table(),
        content: Content::Points(points),
        has_choice: true,
    })
}

pub(super) struct Points<'b> {
    both: &'b Both<'b>,
    quantity: &'b Quantity,
    /// What is swept, and the second parameter if there is one.
    parameter: &'b Parameter,
    also: Option<&'b Parameter>,
    counted: String,
}

impl<'b> Points<'b> {
    fn of(both: &'b Both<'_>) -> Option<Self> {
        let (workload, quantity, experiment) = (both.workload()?, both.quantity()?, &both.results[0].submission.experiment);
        if both.between.points.is_empty() {
            return None;
        }
        let mut swept = experiment.sweeps().filter_map(|sweep| {
            let mut parameters = workload.parameters.iter().chain(both.catalog.method_fields());
            parameters.find(|parameter| parameter.name == sweep.parameter)
        });
        let parameter = swept.next()?;
        Some(Self { both, quantity, parameter, also: swept.next(), counted: counted(parameter) })
    }

    fn points(&self) -> &'b [PointBetween] {
        &self.both.between.points
    }

    /// The models that have a ratio somewhere.
    fn models(&self) -> Vec<&'b str> {
        let has = |model: &&str| self.points().iter().any(|point| change_of(point, model).is_some());
        self.both.models().into_iter().filter(has).collect()
    }

    fn name(&self, model: &str) -> String {
        named(&self.both.catalog, model, Role::Plain)
    }

    fn cell(&self, change: &Comparison) -> String {
        let (low, high) = (significant(change.low), significant(change.high));
        format!("{} ({low} – {high}), {}", ratio(change.ratio), change::says(change, self.quantity))
    }

    fn table(&self) -> Table {
        let models = self.models();
        let mut head: Vec<String> = std::iter::once(self.parameter).chain(self.also).map(|one| one.label.clone()).collect();
        head.extend(models.iter().map(|model| self.name(model)));
        let row = |point: &PointBetween| {
            let mut row: Vec<String> = std::iter::once(point.value).chain(point.also).map(grouped).collect();
            row.extend(models.iter().map(|model| change_of(point, model).map_or_else(|| "–".to_owned(), |one| self.cell(one))));
            row
        };
        Table { head, rows: self.points().iter().map(row).collect() }
    }

    pub(super) fn body(&self) -> Markup {
        let mut drawn = None;
        self.curves(&mut |lines| drawn = Some(lines.drawn(MEDIUM)));
        html! {
            @match drawn {
                Some(drawn) => (drawn),
                None => (self.table().html("B against A at each point")),
            }
            p.foot-note.small.muted { (self.note()) }
        }
    }

    pub(super) fn on(&self, canvas: &mut Canvas) {
        self.curves(&mut |lines| lines.on(canvas));
    }

    pub(super) fn note(&self) -> &'static str {
        if self.also.is_some() {
            "Two sweeps of two parameters are compared by the table."
        } else {
            "Above 1× B has more; a bar at a mark is its interval. What can be told is in the table."
        }
    }

    /// Gives the curves to whoever draws them; none of two parameters.
    fn curves(&self, draw: &mut dyn FnMut(&Lines<'_>)) {
        let values: Vec<f64> = self.points().iter().map(|point| place_of(point.value)).collect();
        let changes = self.points().iter().flat_map(|point| &point.changes);
        let ends: Vec<f64> = changes.flat_map(|change| [change.low, change.high]).collect();
        let (Some(x), Some(axis), None) = (Axis::log(&values), Axis::of_ratios(&ends), self.also) else { return };
        let words_every = x.ticks.len().div_ceil(7).max(1);
        let tick = |(index, tick): (usize, &f64)| {
            (x.place(*tick), (index % words_every == 0).then(|| tick_text(*tick, Scale::of_count(*tick))))
        };
        let line = |model: &'b str| {
            let (mut places, mut says) = (Vec::new(), Vec::new());
            for point in self.points() {
                let Some(change) = change_of(point, model) else { continue };
                let ends = Some((change.low, change.high));
                places.push(Knot { x: x.place(place_of(point.value)), value: change.ratio, ends });
                says.push(format!("{}, {} {}: {}", self.name(model), grouped(point.value), self.counted, self.cell(change)));
            }
            let of_catalog = self.both.catalog.model(model);
            let name = of_catalog.map_or(model, |model| &model.name);
            Line { model: of_catalog, name, places, says, ..Line::default() }
        };
        draw(&Lines {
            id: "between-points",
            class: Some("sweep-grid"),
            label: "B against A at each value",
            height: 300.0,
            name_height: 17.0,
            across: x.ticks.iter().enumerate().map(tick).collect(),
            counted: &self.counted,
            axis: Some(&axis),
            tick: &|tick| tick_words(tick),
            most_ticks: 7,
            crossings: Vec::new(),
            lines: self.models().into_iter().map(line).collect(),
        });
    }
}

fn change_of<'p>(point: &'p PointBetween, model: &str) -> Option<&'p Comparison> {
    point.changes.iter().find(|change| change.a == model)
}

/// A logarithmic axis has no place for 0: it stands where 1 does.
fn place_of(value: u64) -> f64 {
    value.max(1) as f64
}
