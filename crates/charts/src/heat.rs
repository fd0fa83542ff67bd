//! Two parameters at once: a heat map for each model, of its ratio to the first one at every pair of their values, or to
//! the one that a person has chosen.
//!
//! Each is a table, so that it is read without seeing it. A cell has the colour of the model that is ahead, deeper the further it
//! is; where that is the first one, it is hatched besides. Colour is never alone: the cell has the ratio as text or, in a map
//! of more cells than there is room for that, in its label alone.

use analysis::axis::tick_text;
use analysis::numbers::{Scale, ratio};
use maud::{Markup, html};
use protocol::catalog::Better;
use protocol::parameter::grouped;
use protocol::report::{Comparison, Point, Verdict};
use protocol::{Parameter, Role};

use crate::mark::{Kind, colours_of, drawn as mark};
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
    let models = &swept.subject.experiment.models;
    let Some(base) = swept.subject.view.base.as_ref().or(models.first()) else { return html! {} };
    let others: Vec<&String> = models.iter().filter(|model| *model != base).collect();
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
                    div.heat-scroll tabindex="0" role="group" aria-label={ (swept.name(other)) " to " (swept.within(base)) } {
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
    }
}

/// One model's ratio to another, the base.
struct Map<'a> {
    swept: &'a Swept<'a>,
    base: &'a str,
    other: &'a str,
    /// Whether a cell has its text, and not only a label.
    with_text: bool,
}

impl Map<'_> {
    fn cell(&self, point: &Point) -> Markup {
        let Self { swept, base, other, with_text } = *self;
        let is_theirs =
            |comparison: &&Comparison| [[base, other], [other, base]].contains(&[comparison.a.as_str(), comparison.b.as_str()]);
        let found = point.comparisons.iter().find(is_theirs);
        let Some(comparison) = found else {
            let ends = [base, other].map(|model| format!("{}: {}", swept.name(model), self.end(point, model)));
            let label = format!("{}: no ratio. {}", swept.place(point), ends.join("; "));
            return html! { td.none title=(label) aria-label=(label) { @if with_text { "–" } } };
        };
        let label = format!("{}: {}", swept.place(point), swept.told(comparison));
        if comparison.verdict == Verdict::CannotTell {
            return html! { td.unclear title=(label) aria-label=(label) { @if with_text { "?" } } };
        }
        // Ahead is who has more, or less of what is better low.
        let of_other = if comparison.a == *other { comparison.ratio } else { 1.0 / comparison.ratio };
        let is_other = (of_other > 1.0) != (swept.quantity.better == Better::Lower);
        let (class, ahead) = if is_other { ("m", other) } else { ("m base", base) };
        let depth = (of_other.ln().abs() / 10_f64.ln()).min(1.0);
        let share = (FAINTEST + depth * (DEEPEST - FAINTEST)).round() as u64;
        let style = format!("{};--share:{share}%", colours_of(swept.subject.catalog, ahead));
        html! { td class=(class) style=(style) title=(label) aria-label=(label) { @if with_text { (ratio(of_other)) } } }
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
