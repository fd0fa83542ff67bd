//! A chart of rows: a row for each model and for the A/A control, its name at the left, its figure at the right, and one
//! horizontal axis under all of them. Trials, ratios, and whatever is a bar for each model are data for this one; it is drawn as
//! HTML here, and as an SVG in [`crate::svg`].

use maud::{Markup, html};
use protocol::Model;

use crate::Medium;
use crate::list::Told;
use crate::mark::{Kind, colours, drawn as mark};
use crate::words::{decimal, percent};

/// The height of a row, pixels: `.labels`, `.values` and `.track` in the styles have it too.
pub(crate) const ROW_PX: usize = 34;

/// The height of a row of a pair: `.between-pairs` in the styles has it too.
pub(crate) const PAIRED_ROW_PX: usize = 24;

/// What is drawn. Places are shares of the plot's width, 0 to 1: see [`analysis::axis::Axis::place`].
#[derive(Debug, Default)]
pub(crate) struct Rows<'a> {
    pub(crate) rows: Vec<Row<'a>>,
    /// Where round values stand, from left to right, with their words. None until there is something to draw.
    pub(crate) ticks: Vec<(f64, String)>,
    /// What the control shows against itself: from, to.
    pub(crate) floor: Option<(f64, f64)>,
    /// What all rows are to be read against.
    pub(crate) reference: Option<f64>,
    /// What the list of points says of itself in the page, where it is a list box whose keys are its host's to hear.
    pub(crate) list_box: &'static str,
    /// What segments are of, by their tones.
    pub(crate) keys: Vec<String>,
    /// Whether segments are in the colours of what they are of, and not in those of their model.
    pub(crate) in_own_colours: bool,
    /// What must be known to read it.
    pub(crate) note: String,
    /// Whether rows are pairs of two results, lower than others: the first of a pair has the name of both, the second is
    /// outlined.
    pub(crate) in_pairs: bool,
}

/// One model's, in a role.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    /// Gives colour and mark; `None` of one that the catalogue does not have.
    pub(crate) model: Option<&'a Model>,
    pub(crate) kind: Kind,
    pub(crate) label: String,
    /// The id of the model that a press on the label makes the base of all ratios, in the page.
    pub(crate) base: Option<&'a str>,
    /// What is behind the points, the hindmost first.
    pub(crate) parts: Vec<Part>,
    pub(crate) points: Vec<Point>,
    /// What has words and no mark.
    pub(crate) hints: Vec<Hint>,
    /// Its figure.
    pub(crate) value: String,
    /// What is to be said besides, in a word or two.
    pub(crate) remark: String,
}

/// What is drawn along a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// A bar; the tone, 0 to 4, is a strength of the model's colour and a pattern, and says what the bar is of: see
    /// [`Rows::keys`].
    Segment { from: f64, to: f64, tone: usize },
    /// The interval of a median.
    Interval { from: f64, to: f64 },
    /// A median.
    Median(f64),
    /// The model's mark.
    Mark(f64),
    /// Thin lines, as many as there are: one for each unit.
    Lines(Vec<f64>),
    /// Bars beside each other, from the left to this place; how high each is, 0 to 1.
    Bars { to: f64, heights: Vec<f64> },
}

/// A mark.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub(crate) place: f64,
    /// How far below the middle of its row, pixels: so that two with the same figure do not hide each other.
    pub(crate) shift: i64,
    pub(crate) id: String,
    /// The order of the trial that it means.
    pub(crate) trial: Option<u64>,
    pub(crate) words: String,
    pub(crate) disturbed: bool,
}

/// A part of a row that says something.
#[derive(Clone, Debug)]
pub(crate) struct Hint {
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) id: String,
    pub(crate) words: String,
}

/// How many tones segments have.
pub(crate) const TONES: usize = 5;

impl<'a> Row<'a> {
    /// With nothing in it yet.
    pub(crate) fn new(model: Option<&'a Model>, kind: Kind, label: String) -> Self {
        let (parts, points, hints) = (Vec::new(), Vec::new(), Vec::new());
        let [value, remark] = [const { String::new() }; 2];
        Self { model, kind, label, base: None, parts, points, hints, value, remark }
    }

    fn colours(&self) -> String {
        self.model.map(|model| colours(&model.look)).unwrap_or_default()
    }
}

impl Rows<'_> {
    /// The height of each row.
    pub(crate) fn row_px(&self) -> usize {
        if self.in_pairs { PAIRED_ROW_PX } else { ROW_PX }
    }

    /// The chart, and what is said under it.
    pub(crate) fn drawn(&self, medium: Medium) -> Markup {
        // A list of nothing is none.
        let has_points = self.rows.iter().any(|row| !row.points.is_empty() || !row.hints.is_empty());
        let row_px = self.row_px();
        html! {
            div.plot-grid.own-colours[self.in_own_colours].between-pairs[self.in_pairs] {
                div.labels {
                    @for (index, row) in self.rows.iter().enumerate() {
                        @if !self.in_pairs || index % 2 == 0 { (label(row, medium)) }
                    }
                }
                div.plot style={ "height:" (self.rows.len() * row_px) "px" } {
                    @if let Some(floor) = self.floor { i.floor style=(extent(floor)) {} }
                    @for (place, _) in &self.ticks { i.grid style=(left(*place)) {} }
                    @if let Some(place) = self.reference { i.reference style=(left(place)) {} }
                    @for (index, row) in self.rows.iter().enumerate() { (track(index * row_px, self.in_pairs && index % 2 == 1, row)) }
                    @match (has_points, medium) {
                        (false, _) => {}
                        (true, Medium::Page) if !self.list_box.is_empty() => {
                            div.points role="listbox" tabindex="0" aria-label=(self.list_box) { (self.points(medium)) }
                        }
                        (true, _) => div.points role="list" { (self.points(Medium::Paper)) },
                    }
                }
                div.values {
                    @for Row { value, remark, .. } in &self.rows {
                        @if remark.is_empty() { b { (value) } } @else { span { b { (value) } " " span.muted { (remark) } } }
                    }
                }
                div.axis {
                    @let kept = self.ticks.iter().position(|(place, _)| Some(*place) == self.reference).unwrap_or(0);
                    @for (index, (place, words)) in self.ticks.iter().enumerate() {
                        // On a phone every second one is left out.
                        span class=(if index % 2 == kept % 2 { "tick" } else { "tick minor" }) style=(left(*place)) { (words) }
                    }
                }
            }
            @if !self.keys.is_empty() {
                ul.keys-of-tones.small.muted.own-colours[self.in_own_colours] {
                    @for (tone, key) in self.keys.iter().enumerate() { li { i class={ "stacked t" (tone % TONES) } {} (key) } }
                }
            }
            p.foot-note.small.muted { (self.note) }
        }
    }

    fn points(&self, medium: Medium) -> Markup {
        html! {
            @for (index, row) in self.rows.iter().enumerate() {
                @let middle = index * self.row_px() + self.row_px() / 2;
                @for one in &row.points { (point(medium, middle, row, one)) }
                @for one in &row.hints { (hint(medium, middle, one)) }
            }
        }
    }
}

fn label(row: &Row<'_>, medium: Medium) -> Markup {
    let class = (row.kind == Kind::Control).then_some("muted");
    html! {
        @match row.base.filter(|_| medium == Medium::Page) {
            Some(base) => {
                button.row-name type="button" data-base=(base) title="Compare the others with this one" { (row.label) }
            }
            None => span class=[class] { (row.label) },
        }
    }
}

fn track(top: usize, is_second: bool, row: &Row<'_>) -> Markup {
    let top = format!("top:{top}px");
    if row.parts.is_empty() {
        return html! { i.track style=(top) {} };
    }
    html! {
        span.track.m.second[is_second] style={ (top) ";" (row.colours()) } {
            @for part in &row.parts {
                @match part {
                    Part::Segment { from, to, tone } => i class={ "stacked t" (tone % TONES) } style=(extent((*from, *to))) {},
                    Part::Interval { from, to } => i.interval style=(extent((*from, *to))) {},
                    Part::Median(place) => i.median style=(left(*place)) {},
                    Part::Mark(place) => span.at style=(left(*place)) { (mark(row.model, row.kind)) },
                    Part::Lines(places) => (lines(places)),
                    Part::Bars { to, heights } => (bars(*to, heights)),
                }
            }
        }
    }
}

/// One path: there may be thousands.
fn lines(places: &[f64]) -> Markup {
    let path: String = places.iter().map(|place| format!("M{} 0V1", crate::words::hundredth(*place))).collect();
    html! { svg.units viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" { path d=(path) {} } }
}

/// One path, too.
fn bars(to: f64, heights: &[f64]) -> Markup {
    let each = 100.0 / heights.len().max(1) as f64;
    let [width, bar] = [each, -each].map(|width| decimal(width, 3));
    let path: String = heights
        .iter()
        .enumerate()
        .map(|(index, height)| format!("M{} 1V{}h{width}V1h{bar}", decimal(index as f64 * each, 3), decimal(1.0 - height, 2)))
        .collect();
    html! {
        svg.bars viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" style=(extent((0.0, to))) { path d=(path) {} }
    }
}

fn point(medium: Medium, middle: usize, row: &Row<'_>, point: &Point) -> Markup {
    let Point { place, shift, id, trial, words, disturbed } = point;
    let top = middle as i64 + shift;
    let style = format!("left:{};top:{top}px;{}", percent(*place), row.colours());
    let disturbed = disturbed.then_some("true");
    // One that means a trial says its words by it.
    let note = trial.is_none().then_some(words);
    let mark = mark(row.model, row.kind);
    html! {
        @match medium {
            Medium::Page => {
                span.point.m role="option" id=(id) data-trial=[*trial] data-note=[note] data-disturbed=[disturbed] aria-label=(words)
                    aria-selected="false" style=(style) { (mark) }
            }
            Medium::Paper => {
                span.point.m role="listitem" id=(id) data-disturbed=[disturbed] aria-label=(words) title=(words)
                    style=(style) { (mark) }
            }
        }
    }
}

fn hint(medium: Medium, middle: usize, Hint { from, to, id, words }: &Hint) -> Markup {
    let style = format!("top:{}px;{}", middle - 10, extent((*from, *to)));
    Told { id: id.clone(), says: words.clone(), class: "said", style, inside: html! {} }.drawn(medium)
}

fn left(place: f64) -> String {
    format!("left:{}", percent(place))
}

/// From one place to another.
fn extent((from, to): (f64, f64)) -> String {
    format!("left:{};width:{}", percent(from), percent(to - from))
}
