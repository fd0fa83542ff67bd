//! A picture as an SVG of its own: with its heading, its note and where it comes from, in the colours of one ground. It asks for
//! nothing and has no styles, so that it is the same saved, pasted, and made into pixels.
//!
//! [`Canvas`] is what a picture is drawn on, from its heading downwards; [`rows`] draws those of [`crate::rows`].

use maud::{Markup, PreEscaped, html};
use protocol::Model;
use protocol::catalog::Look;

use crate::mark::{Kind, colour, outline};
use crate::rows::{Part, Point, Row, Rows, TONES};
use crate::words::decimal;
use crate::{Heading, Subject};

/// The ground that a picture stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Theme {
    Light,
    Dark,
}

/// What is in no model's colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Card,
    Soft,
    Line,
    Edge,
    Ink,
    Muted,
}

impl Theme {
    /// The page's own, by the names that they have in its styles (`frontend/styles/base.css`).
    pub(crate) fn of(self, tone: Tone) -> &'static str {
        let (light, dark) = match tone {
            Tone::Card => ("#ffffff", "#181b20"),
            Tone::Soft => ("#f2f0eb", "#1f2329"),
            Tone::Line => ("#e4e2dc", "#2a2e36"),
            Tone::Edge => ("#8e8d88", "#6b707a"),
            Tone::Ink => ("#1b1d22", "#eceae6"),
            Tone::Muted => ("#62666f", "#9a9ea8"),
        };
        if self == Self::Light { light } else { dark }
    }
}

/// Width of every picture, pixels.
pub(crate) const WIDTH: f64 = 760.0;
/// What is left free at its sides.
pub(crate) const SIDE: f64 = 24.0;

pub(crate) const FONTS: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, Inter, 'Helvetica Neue', 'DejaVu Sans', sans-serif";

/// Where a text is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// How strong a segment of each tone is in its model's colour.
const STRENGTHS: [&str; TONES] = ["1", ".78", ".58", ".42", ".3"];

/// The colours of segments that are in no model's, on the light ground and on the dark one: the styles have them too.
const OWN_COLOURS: [(&str, &str); 4] =
    [("#3d4a63", "#b9c6e0"), ("#7b8bab", "#8292b3"), ("#a9b6cd", "#57657f"), ("#d3dae6", "#39435a")];

/// What lies over a segment of each tone but the first, in a square of 8: so that they are told apart without colour.
const HATCHES: [&str; TONES - 1] = ["M0 0L8 8M-2 6L2 10M6-2L10 2", "M0 8L8 0M-2 2L2-2M6 10L10 6", "M0 4H8", "M4 0V8"];

/// A picture in the making: what is drawn, and how far down.
#[derive(Debug)]
pub(crate) struct Canvas {
    /// The picture's, before the ids of what is defined in it: several may stand in one page.
    id: &'static str,
    theme: Theme,
    title: String,
    text: String,
    /// Where the next thing begins, from the top.
    y: f64,
}

impl Canvas {
    /// With the heading on it.
    pub(crate) fn new(id: &'static str, theme: Theme, heading: &Heading) -> Self {
        let mut canvas = Self { id, theme, title: heading.title.clone(), text: String::new(), y: SIDE };
        canvas.y += 15.0;
        canvas.put(html! {
            text x=(number(SIDE)) y=(number(canvas.y)) font-size="16" font-weight="600" fill=(theme.of(Tone::Ink)) { (clean(&heading.title)) }
        });
        canvas.y += 5.0;
        canvas.lines(&heading.sub, 12.5, Tone::Muted);
        canvas.y += 14.0;
        canvas
    }

    /// Room of this height, under what is there: where it begins.
    pub(crate) fn room(&mut self, height: f64) -> f64 {
        let top = self.y;
        self.y += height;
        top
    }

    fn put(&mut self, markup: Markup) {
        self.text.push_str(&markup.into_string());
    }

    /// Words at a place; `y` is their middle's.
    pub(crate) fn words(&mut self, (x, y): (f64, f64), anchor: Anchor, size: f64, tone: Tone, words: &str) {
        self.put(text((x, y + size * 0.36), anchor, size, self.theme.of(tone), words));
    }

    /// Words in the colour of a model.
    pub(crate) fn name(&mut self, (x, y): (f64, f64), anchor: Anchor, size: f64, model: Option<&Model>, words: &str) {
        let ink = self.ink(model);
        self.put(text((x, y + size * 0.36), anchor, size, &ink, words));
    }

    /// A text over the whole width, in as many lines as it takes, under what is there.
    pub(crate) fn lines(&mut self, words: &str, size: f64, tone: Tone) {
        for line in wrapped(words, ((WIDTH - 2.0 * SIDE) / (size * 0.52)) as usize) {
            let middle = self.room(size * 1.4) + size * 0.7;
            self.words((SIDE, middle), Anchor::Start, size, tone, &line);
        }
    }

    /// A line from one place to another.
    pub(crate) fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), width: f64, tone: Tone) {
        let [x1, y1, x2, y2, width] = [x1, y1, x2, y2, width].map(number);
        self.put(html! { line x1=(x1) y1=(y1) x2=(x2) y2=(y2) stroke=(self.theme.of(tone)) stroke-width=(width) {} });
    }

    /// A line through places, in the colour of a model and so strong.
    pub(crate) fn curve(&mut self, places: &[(f64, f64)], model: Option<&Model>, strength: &str, dashed: bool) {
        let points: Vec<String> = places.iter().map(|(x, y)| format!("{},{}", number(*x), number(*y))).collect();
        self.put(html! {
            polyline points=(points.join(" ")) fill="none" stroke=(self.ink(model)) stroke-width="2" stroke-linejoin="round"
                stroke-opacity=(strength) stroke-dasharray=[dashed.then_some("5 4")] {}
        });
    }

    /// A box: its left upper corner, its width and height.
    pub(crate) fn rect(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), fill: &str, strength: &str) {
        let [x, y, width, height] = [x, y, width.max(0.0), height].map(number);
        self.put(html! { rect x=(x) y=(y) width=(width) height=(height) fill=(fill) fill-opacity=(strength) {} });
    }

    /// The shaded part of a plot.
    pub(crate) fn floor(&mut self, corner: (f64, f64), (width, height): (f64, f64)) {
        let size = (width.max(2.0), height);
        self.rect(corner, size, self.theme.of(Tone::Soft), "1");
        self.rect(corner, size, &format!("url(#{}-floor)", self.id), "1");
    }

    /// A bar in a tone of a model's colour, or in the tone's own, with the pattern of the tone.
    pub(crate) fn segment(&mut self, corner: (f64, f64), size: (f64, f64), model: Option<&Model>, tone: usize, own: bool) {
        let tone = tone % TONES;
        match OWN_COLOURS.get(tone).filter(|_| own) {
            Some((light, dark)) => self.rect(corner, size, if self.theme == Theme::Light { light } else { dark }, "1"),
            None => self.rect(corner, size, &self.ink(model), STRENGTHS[tone]),
        }
        if tone > 0 {
            self.rect(corner, size, &format!("url(#{}-tone-{tone})", self.id), "1");
        }
    }

    /// A cell of a map: so many per cent of a model's colour, hatched if asked.
    pub(crate) fn cell(&mut self, corner: (f64, f64), size: (f64, f64), model: Option<&Model>, share: u64, hatched: bool) {
        let ink = self.ink(model);
        self.rect(corner, size, &ink, &number(share as f64 / 100.0).to_string());
        if hatched {
            self.rect(corner, size, &format!("url(#{}-tone-1)", self.id), "1");
        }
    }

    /// The mark of a model; nothing of one that the catalogue does not have.
    pub(crate) fn mark(&mut self, (x, y): (f64, f64), model: Option<&Model>, kind: Kind) {
        let Some(model) = model else { return };
        let (colour, card) = (self.ink(Some(model)), self.theme.of(Tone::Card));
        let (fill, stroke, width, scale) = match kind {
            Kind::Control | Kind::Second => ("none", colour.as_str(), "1.9", ".7"),
            Kind::Model => (colour.as_str(), card, "1", ".83"),
        };
        self.put(html! {
            path d=(outline(&model.look)) transform={ "translate(" (number(x)) " " (number(y)) ") scale(" (scale) ")" }
                fill=(fill) stroke=(stroke) stroke-width=(width) {}
        });
    }

    /// The colour of a model; of one that the catalogue does not have, that of the words.
    pub(crate) fn ink(&self, model: Option<&Model>) -> String {
        model.map_or_else(|| self.theme.of(Tone::Ink).to_owned(), |model| of_look(&model.look, self.theme))
    }

    /// The whole picture: with what must be known to read it, and where it comes from.
    pub(crate) fn done(self, subject: &Subject<'_>, note: &str) -> String {
        self.done_of(&origin(subject), note)
    }

    /// The same of what is of more than one result.
    pub(crate) fn done_of(mut self, origin: &str, note: &str) -> String {
        self.y += 6.0;
        self.lines(note, 12.0, Tone::Muted);
        self.y += 6.0;
        self.lines(origin, 11.0, Tone::Muted);
        let (id, theme) = (self.id, self.theme);
        let [width, height] = [WIDTH, self.y + SIDE - 8.0].map(number);
        let (card, edge) = (theme.of(Tone::Card), theme.of(Tone::Edge));
        let pattern = |name: String, path: &str, colour: &str, width: &str| {
            html! {
                pattern id={ (id) "-" (name) } width="8" height="8" patternUnits="userSpaceOnUse" {
                    path d=(path) stroke=(colour) stroke-width=(width) {}
                }
            }
        };
        html! {
            svg xmlns="http://www.w3.org/2000/svg" width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } role="img"
                aria-labelledby={ (id) "-title " (id) "-desc" } font-family=(FONTS) {
                title id={ (id) "-title" } { (clean(&self.title)) }
                desc id={ (id) "-desc" } { (clean(note)) " " (clean(origin)) }
                defs {
                    (pattern("floor".to_owned(), HATCHES[1], edge, ".5"))
                    @for (index, path) in HATCHES.iter().enumerate() {
                        (pattern(format!("tone-{}", index + 1), path, card, "1.5"))
                    }
                }
                rect width="100%" height="100%" fill=(card) {}
                (PreEscaped(self.text))
            }
        }
        .into_string()
    }
}

/// "Interleave · TCP echo · 2-core Intel Xeon"; nothing of a picture in another one, which says it once.
fn origin(subject: &Subject<'_>) -> String {
    let Some(machine) = subject.machine else { return String::new() };
    let mut parts = vec!["Interleave".to_owned()];
    parts.extend(subject.workload().map(|workload| workload.name.clone()));
    parts.push(format!("{}-core {}", machine.cores, machine.cpu));
    parts.join(" · ")
}

/// How high a whole picture is, as it says itself.
pub(crate) fn height_of(svg: &str) -> Option<f64> {
    svg.split_once(" height=\"")?.1.split('"').next()?.parse().ok()
}

pub(crate) fn of_look(look: &Look, theme: Theme) -> String {
    colour(if theme == Theme::Light { &look.light } else { &look.dark }).to_owned()
}

fn text((x, y): (f64, f64), anchor: Anchor, size: f64, fill: &str, words: &str) -> Markup {
    let anchor = match anchor {
        Anchor::Start => None,
        Anchor::Middle => Some("middle"),
        Anchor::End => Some("end"),
    };
    html! {
        text x=(number(x)) y=(number(y)) text-anchor=[anchor] font-size=(number(size)) fill=(fill) { (clean(words)) }
    }
}

/// Without what XML cannot have.
pub(crate) fn clean(words: &str) -> String {
    words.chars().filter(|letter| !letter.is_control()).collect()
}

/// As a text; a float itself would bring the library's exact ones into the page, see [`analysis::numbers::decimal`].
fn number(value: f64) -> String {
    let text = decimal(value, 1);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// About as wide as these words are in letters of this size, pixels: nothing measures them here.
pub(crate) fn width(words: &str, size: f64) -> f64 {
    words.chars().count() as f64 * size * 0.58
}

/// Lines of at most so many letters, broken between words; a word that is longer has a line of its own.
pub(crate) fn wrapped(words: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        match lines.last_mut().filter(|line| line.chars().count() + 1 + word.chars().count() <= most) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Letters of a row's name in a line; it has two.
const NAME: usize = 24;
/// How high bars beside each other are.
const BARS: f64 = 24.0;
/// Between a plot and what stands beside it.
const GAP: f64 = 16.0;

/// A chart of rows with its heading; `None` if it has none.
pub(crate) fn rows(
    id: &'static str,
    subject: &Subject<'_>,
    heading: Option<Heading>,
    rows: &Rows<'_>,
    theme: Theme,
) -> Option<String> {
    let mut canvas = Canvas::new(id, theme, &heading?);
    canvas.rows(rows);
    Some(canvas.done(subject, &rows.note))
}

impl Canvas {
    /// A chart of rows under what is there, without its note.
    pub(crate) fn rows(&mut self, rows: &Rows<'_>) {
        let widest = |words: &dyn Fn(&Row<'_>) -> f64| rows.rows.iter().map(words).fold(40.0, f64::max);
        let name = |row: &Row<'_>| wrapped(&row.label, NAME).iter().map(|line| width(line, 12.5)).fold(0.0, f64::max);
        let figure = |row: &Row<'_>| width(&row.value, 13.0) + width(&row.remark, 12.5);
        let left = SIDE + widest(&name).min(200.0) + GAP;
        let right = WIDTH - SIDE - widest(&figure).min(250.0) - GAP;
        let across = |place: f64| left + place * (right - left);
        let row_px = rows.row_px() as f64;
        let height = rows.rows.len() as f64 * row_px;
        let top = self.room(height);
        if let Some((from, to)) = rows.floor {
            self.floor((across(from), top), (across(to) - across(from), height));
        }
        for (place, _) in &rows.ticks {
            self.line((across(*place), top), (across(*place), top + height), 1.0, Tone::Line);
        }
        if let Some(place) = rows.reference {
            self.line((across(place), top), (across(place), top + height), 1.5, Tone::Ink);
        }
        for (index, row) in rows.rows.iter().enumerate() {
            let middle = top + (index as f64 + 0.5) * row_px;
            // The name of a pair stands between its rows.
            let name = if rows.in_pairs { middle + row_px / 2.0 } else { middle };
            self.name_of_row(row, (left, name));
            self.row(row, middle, (left, right), (rows.in_own_colours, rows.in_pairs && index % 2 == 1));
        }
        let below = self.room(20.0) + 11.0;
        for (place, words) in &rows.ticks {
            self.words((across(*place), below), Anchor::Middle, 11.5, Tone::Muted, words);
        }
        self.keys(&rows.keys, left, rows.in_own_colours);
    }

    fn name_of_row(&mut self, row: &Row<'_>, (left, middle): (f64, f64)) {
        let tone = if row.kind == Kind::Control { Tone::Muted } else { Tone::Ink };
        let lines = wrapped(&row.label, NAME);
        for (index, line) in lines.iter().enumerate() {
            let y = middle + (index as f64 - (lines.len() - 1) as f64 / 2.0) * 14.0;
            self.words((left - GAP, y), Anchor::End, 12.5, tone, line);
        }
    }

    /// What is in a row whose middle is here, between these ends of the plot, and its figure beside it; in its own colours,
    /// outlined.
    fn row(&mut self, row: &Row<'_>, middle: f64, (left, right): (f64, f64), (own, outlined): (bool, bool)) {
        let across = |place: f64| left + place * (right - left);
        let model = row.model;
        let colour = self.ink(model);
        for part in &row.parts {
            match part {
                Part::Segment { from, to, tone } => {
                    self.segment((across(*from), middle - 7.0), (across(*to) - across(*from), 14.0), model, *tone, own);
                }
                Part::Interval { from, to } if outlined => {
                    let [x, y, width] = [across(*from), middle - 3.5, across(*to) - across(*from)].map(number);
                    self.put(
                        html! { rect x=(x) y=(y) width=(width) height="7" fill="none" stroke=(colour) stroke-opacity=".6" {} },
                    );
                }
                Part::Interval { from, to } => {
                    self.rect((across(*from), middle - 4.0), (across(*to) - across(*from), 8.0), &colour, ".26");
                }
                Part::Median(place) => self.rect((across(*place) - 1.0, middle - 10.0), (2.0, 20.0), &colour, "1"),
                Part::Mark(place) => self.mark((across(*place), middle), model, row.kind),
                Part::Bars { to, heights } => {
                    let each = (across(*to) - left) / heights.len().max(1) as f64;
                    let bar = |(index, height): (usize, &f64)| {
                        let [x, height, width] = [left + index as f64 * each, height * BARS, each].map(number);
                        format!("M{x} {}v-{height}h{width}v{height}z", number(middle + BARS / 2.0))
                    };
                    let path: String = heights.iter().enumerate().map(bar).collect();
                    self.put(html! { path d=(path) fill=(colour) fill-opacity=".8" {} });
                }
                Part::Lines(places) => {
                    let at =
                        |place: &f64| format!("M{} {}V{}", number(across(*place)), number(middle - 9.0), number(middle + 9.0));
                    let path: String = places.iter().map(at).collect();
                    self.put(html! { path d=(path) stroke=(colour) stroke-opacity=".6" {} });
                }
            }
        }
        for Point { place, shift, disturbed, .. } in &row.points {
            let (x, y) = (across(*place), middle + *shift as f64);
            self.mark((x, y), model, row.kind);
            if *disturbed {
                let muted = self.theme.of(Tone::Muted);
                self.put(
                    html! { circle cx=(number(x)) cy=(number(y)) r="8" fill="none" stroke=(muted) stroke-dasharray="1.5 1.5" {} },
                );
            }
        }
        let (ink, muted) = (self.theme.of(Tone::Ink), self.theme.of(Tone::Muted));
        self.put(html! {
            text x=(number(WIDTH - SIDE)) y=(number(middle + 4.5)) text-anchor="end" font-size="12.5" {
                tspan font-weight="600" fill=(ink) { (clean(&row.value)) }
                @if !row.remark.is_empty() { tspan fill=(muted) { " " (clean(&row.remark)) } }
            }
        });
    }

    /// What segments are of, each behind a piece of its tone.
    fn keys(&mut self, keys: &[String], left: f64, own: bool) {
        if keys.is_empty() {
            return;
        }
        let middle = self.room(22.0) + 13.0;
        let mut x = left;
        for (tone, key) in keys.iter().enumerate() {
            self.segment((x, middle - 5.0), (14.0, 10.0), None, tone, own);
            self.words((x + 20.0, middle), Anchor::Start, 12.0, Tone::Muted, key);
            x += 36.0 + width(key, 12.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colours_are_those_of_the_page() {
        let styles = include_str!("../../../frontend/styles/base.css");
        let tones = [
            ("card", Tone::Card),
            ("soft", Tone::Soft),
            ("line", Tone::Line),
            ("edge", Tone::Edge),
            ("ink", Tone::Ink),
            ("muted", Tone::Muted),
        ];
        for (name, tone) in tones {
            let declared = format!("--{name}: light-dark({}, {});", Theme::Light.of(tone), Theme::Dark.of(tone));
            assert!(styles.contains(&declared), "{declared}");
        }
    }

    #[test]
    fn segments_of_their_own_colours_have_those_of_the_page() {
        let styles = include_str!("../../../frontend/styles/figures.css");
        for (light, dark) in OWN_COLOURS {
            assert!(styles.contains(&format!("light-dark({light}, {dark})")), "{light}");
        }
    }

    #[test]
    fn a_text_is_broken_between_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("longest of all", 4), ["longest", "of", "all"]);
        assert!(wrapped("", 4).is_empty());
    }
}
