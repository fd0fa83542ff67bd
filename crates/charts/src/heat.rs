//! Two parameters at once: a heat map for each model, of its ratio to the first model at every pair of their values.
//!
//! Each is a table, so that it is read without seeing it. A cell has the colour of the model that is ahead, deeper the further it
//! is; where that is the first model, it is hatched besides. Colour is never alone: the cell has the ratio as text or, in a map
//! of more cells than there is room for that, in its label alone.

use analysis::axis::tick_text;
use analysis::numbers::{Scale, ratio};
use maud::{Markup, html};
use protocol::catalog::Better;
use protocol::parameter::grouped;
use protocol::report::{Point, Verdict};
use protocol::{Parameter, Role};

use crate::mark::{Kind, colours_of, drawn as mark};
use crate::svg::{Anchor, Canvas, SIDE, Tone, WIDTH};
use crate::swept::{Swept, counted};
use crate::words;

/// A map with more rows or columns than this has no text in its cells.
const MOST_WITH_TEXT: usize = 12;

/// A map with more columns of text than this stands beside no other.
const MOST_BESIDE: usize = 6;

/// Per cent of a model's colour in a cell: the text on it must be read. The greatest is that of a factor of ten.
const FAINTEST: f64 = 8.0;
const DEEPEST: f64 = 38.0;

/// All maps; `also` and its values are the second parameter's, whose values are the rows.
pub(crate) fn drawn(swept: &Swept<'_>, also: &Parameter, values: &[u64]) -> Markup {
    let catalog = swept.subject.catalog;
    let Some((base, others)) = swept.subject.experiment.models.split_first() else { return html! {} };
    if others.is_empty() {
        return html! { p.muted.small { "One model alone has no ratio: its figures are in the table." } };
    }
    let columns: Vec<&[Point]> = swept.points().chunks(values.len().max(1)).collect();
    let with_text = columns.len().max(values.len()) <= MOST_WITH_TEXT;
    let class = if with_text { "heat" } else { "heat many" };
    // A map of many columns with text is as wide as there is room.
    let wide = with_text && columns.len() > MOST_BESIDE;
    let way = if swept.quantity.better == Better::Lower { "lower" } else { "higher" };
    html! {
        div.heats.wide[wide] {
            @for other in others {
                @let map = Map { swept, base, other, with_text };
                figure {
                    figcaption.small {
                        span.names {
                            (mark(catalog.model(other), Kind::Model)) b { (swept.name(other)) }
                            " to " (swept.within(base)) " " (mark(catalog.model(base), Kind::Model))
                        }
                        span.keys.muted {
                            span { i.m.key style=(colours_of(catalog, other)) {} (swept.name(other)) " " (way) }
                            span { i.m.key.base style=(colours_of(catalog, base)) {} (swept.name(base)) " " (way) }
                            span { i.key {} "? cannot tell" }
                        }
                    }
                    div.heat-scroll tabindex="0" data-marks="true" role="group" aria-label={ (swept.name(other)) " to " (swept.within(base)) } {
                        table class=(class) {
                            thead {
                                tr {
                                    td.axis-name.muted { (swept.counted()) " →" br; (counted(also)) " ↓" }
                                    @for column in &columns { th scope="col" { span { (head(column[0].value)) } } }
                                }
                            }
                            tbody {
                                @for (row, value) in values.iter().enumerate() {
                                    tr {
                                        th scope="row" { (head(*value)) }
                                        @for point in columns.iter().filter_map(|column| column.get(row)) { (map.cell(point)) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        p.foot-note.small.muted { (NOTE) }
    }
}

/// What must be known to read the maps.
pub(crate) const NOTE: &str = "Plain: the first model is ahead; hatched: the one that it is set against; grey: cannot tell. The deeper \
                               the colour the further, up to a factor of ten.";

/// The maps on a canvas, one under the other.
pub(crate) fn on(swept: &Swept<'_>, also: &Parameter, values: &[u64], canvas: &mut Canvas) {
    let catalog = swept.subject.catalog;
    let Some((base, others)) = swept.subject.experiment.models.split_first() else { return };
    let columns: Vec<&[Point]> = swept.points().chunks(values.len().max(1)).collect();
    let with_text = columns.len().max(values.len()) <= MOST_WITH_TEXT;
    let (left, high) = (SIDE + 70.0, if with_text { 26.0 } else { 14.0 });
    let wide = (WIDTH - SIDE - left) / columns.len().max(1) as f64;
    for other in others {
        let map = Map { swept, base, other, with_text };
        let words = format!("{} to {}", swept.name(other), swept.within(base));
        canvas.lines(&words, 12.5, Tone::Ink);
        canvas.lines(&format!("{} → across, {} ↓ down", swept.counted(), counted(also)), 11.5, Tone::Muted);
        let top = canvas.room(18.0) + 9.0;
        for (index, column) in columns.iter().enumerate().filter(|(index, _)| with_text || index % 4 == 0) {
            let middle = left + (index as f64 + 0.5) * wide;
            canvas.words((middle, top), Anchor::Middle, 11.5, Tone::Muted, &head(column[0].value));
        }
        for (row, value) in values.iter().enumerate() {
            let top = canvas.room(high + 2.0);
            canvas.words((left - 8.0, top + high / 2.0), Anchor::End, 11.5, Tone::Muted, &head(*value));
            for (index, point) in columns.iter().enumerate().filter_map(|(index, column)| Some((index, column.get(row)?))) {
                let corner = (left + index as f64 * wide + 1.0, top);
                let Cell { ahead, share, text, .. } = map.told(point);
                match ahead {
                    // The first model ahead has the hatch of the second tone.
                    Some(model) => canvas.cell(corner, (wide - 2.0, high), catalog.model(model), share, model == base),
                    None => canvas.floor(corner, (wide - 2.0, high)),
                }
                if with_text {
                    canvas.words((corner.0 + wide / 2.0 - 1.0, top + high / 2.0), Anchor::Middle, 11.5, Tone::Ink, &text);
                }
            }
        }
        canvas.room(12.0);
    }
}

/// What is in a cell.
struct Cell<'a> {
    /// The model that is ahead; `None` if none is.
    ahead: Option<&'a str>,
    /// How deep its colour is, per cent.
    share: u64,
    text: String,
    /// In full words.
    label: String,
    /// Whether there is a ratio at all.
    is_measured: bool,
}

/// One model's ratio to the first.
struct Map<'a> {
    swept: &'a Swept<'a>,
    base: &'a str,
    other: &'a str,
    /// Whether a cell has its text, and not only a label.
    with_text: bool,
}

impl Map<'_> {
    fn told(&self, point: &Point) -> Cell<'_> {
        let Self { swept, base, other, .. } = *self;
        let found = point.comparisons.iter().find(|comparison| comparison.a == *base && comparison.b == *other);
        let Some(comparison) = found else {
            let ends = [base, other].map(|model| format!("{}: {}", swept.name(model), self.end(point, model)));
            let label = format!("{}: no ratio. {}", swept.place(point), ends.join("; "));
            return Cell { ahead: None, share: 0, text: "–".to_owned(), label, is_measured: false };
        };
        let label = format!("{}: {}", swept.place(point), swept.told(comparison));
        if comparison.verdict == Verdict::CannotTell {
            return Cell { ahead: None, share: 0, text: "?".to_owned(), label, is_measured: true };
        }
        // Ahead is who has more, or less of what is better low.
        let of_other = 1.0 / comparison.ratio;
        let is_other = (of_other > 1.0) != (swept.quantity.better == Better::Lower);
        let depth = (of_other.ln().abs() / 10_f64.ln()).min(1.0);
        let share = (FAINTEST + depth * (DEEPEST - FAINTEST)).round() as u64;
        Cell { ahead: Some(if is_other { other } else { base }), share, text: ratio(of_other), label, is_measured: true }
    }

    fn cell(&self, point: &Point) -> Markup {
        let Cell { ahead, share, text, label, is_measured } = self.told(point);
        let class = match ahead {
            Some(model) if model == self.base => "m base",
            Some(_) => "m",
            None if is_measured => "unclear",
            None => "none",
        };
        let style = ahead.map(|model| format!("{};--share:{share}%", colours_of(self.swept.subject.catalog, model)));
        html! {
            td class=(class) style=[style] title=(label) aria-label=(label) data-note=(label) { @if self.with_text { (text) } }
        }
    }

    /// How many results a model has at a point, or why it has none.
    fn end(&self, point: &Point, model: &str) -> String {
        let summary = point.summary.iter().find(|summary| summary.model == model && summary.role == Role::Plain);
        match (summary.map_or(0, |summary| summary.trials), self.swept.why_none(point, model).as_str()) {
            (0, "–") => "no result yet".to_owned(),
            (0, why) => why.to_owned(),
            (trials, _) => words::counted(usize::try_from(trials).unwrap_or(usize::MAX), "result"),
        }
    }
}

/// A value at a head: in full if it is short.
fn head(value: u64) -> String {
    if value < 100_000 { grouped(value) } else { tick_text(value as f64, Scale::of_count(value as f64)) }
}
