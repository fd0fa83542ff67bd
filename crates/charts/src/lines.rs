//! A line chart: a line for each model, its name at the line's end. The pictures of latency, of a trial's time and of a sweep are
//! this one.

use analysis::axis::{Axis, apart};
use maud::{Markup, html};
use protocol::Model;

use crate::Medium;
use crate::latency::of_side;
use crate::list::{Told, list};
use crate::mark::{Kind, colours, drawn as mark};
use crate::svg::{Anchor, Canvas, SIDE, Tone, WIDTH, width};
use crate::words::{decimal, hundredth, percent};

/// What is drawn.
pub(crate) struct Lines<'a> {
    /// Names the chart in its document.
    pub(crate) id: &'static str,
    /// The class of a kind of line chart, besides `latency-grid`.
    pub(crate) class: Option<&'static str>,
    /// What it is, and where the same figures can be read.
    pub(crate) label: &'static str,
    /// The height of the plot, pixels.
    pub(crate) height: f64,
    /// The height of a name at the end of a line, pixels.
    pub(crate) name_height: f64,
    /// Where lines go up, and what stands under each; shares of the width.
    pub(crate) across: Vec<(f64, Option<String>)>,
    /// What the horizontal axis counts.
    pub(crate) counted: &'a str,
    /// The vertical axis; `None` while there is nothing to draw. The frame is there all the same: nothing moves when
    /// figures come.
    pub(crate) axis: Option<&'a Axis>,
    /// The words at a tick of the vertical axis.
    pub(crate) tick: &'a dyn Fn(f64) -> String,
    /// The most ticks that have words. Between powers of ten there are lines without: two decades of 1, 2, 5 would be a
    /// column of figures.
    pub(crate) most_ticks: usize,
    /// What stands behind the lines.
    pub(crate) crossings: Vec<Crossing>,
    pub(crate) lines: Vec<Line<'a>>,
}

/// Where two lines cross: a place, and a band around it. Shares of the width.
#[derive(Clone, Debug)]
pub(crate) struct Crossing {
    pub(crate) at: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Which row from the top its name is in, and the name; `None` if there is no room for it.
    pub(crate) name: Option<(usize, String)>,
}

/// The height of a crossing's name, pixels.
const CROSSING_PX: usize = 15;

impl Crossing {
    fn drawn(&self) -> Markup {
        let left = format!("left:{}", percent(self.at));
        html! {
            i.crossing-range style={ "left:" (percent(self.low)) ";right:" (percent(1.0 - self.high)) } {}
            i.crossing style=(left) {}
            @if let Some((row, name)) = &self.name {
                span.crossing-name style={ (left) ";top:" (2 + row * CROSSING_PX) "px" } { (name) }
            }
        }
    }
}

/// One model's.
#[derive(Clone, Default)]
pub(crate) struct Line<'a> {
    /// `None` of one that the catalogue does not have.
    pub(crate) model: Option<&'a Model>,
    pub(crate) name: &'a str,
    /// Where it is marked, from left to right.
    pub(crate) places: Vec<Knot>,
    /// What the line goes through, if that is more than the marks: shares of the width, and values.
    pub(crate) path: Vec<(f64, f64)>,
    /// A pale line through what is before and behind that.
    pub(crate) pale: Vec<(f64, f64)>,
    /// Which of two results it is of; that of the second is dashed.
    pub(crate) side: Option<Side>,
    /// What each mark says, as many as there are; none if they say nothing.
    pub(crate) says: Vec<String>,
}

/// One of two results that are set side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    A,
    B,
}

impl Side {
    pub(crate) const BOTH: [Self; 2] = [Self::A, Self::B];

    /// "A", "B": what its marks and columns are headed by.
    pub(crate) fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
        }
    }

    /// The first is filled, the second outlined.
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::A => Kind::Model,
            Self::B => Kind::Second,
        }
    }
}

/// Where a line goes through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Knot {
    /// Share of the width.
    pub(crate) x: f64,
    pub(crate) value: f64,
    /// The ends of its interval, if they are drawn.
    pub(crate) ends: Option<(f64, f64)>,
}

impl Line<'_> {
    fn is_dashed(&self) -> bool {
        self.side == Some(Side::B)
    }

    fn kind(&self) -> Kind {
        self.side.map_or(Kind::Model, Side::kind)
    }

    /// "Tokio", "B Tokio"
    fn end_name(&self) -> String {
        format!("{}{}", of_side(self.side), self.name)
    }

    fn colours(&self) -> String {
        self.model.map(|model| colours(&model.look)).unwrap_or_default()
    }

    /// What it goes through.
    pub(crate) fn path(&self) -> Vec<(f64, f64)> {
        if self.path.is_empty() { self.places.iter().map(|knot| (knot.x, knot.value)).collect() } else { self.path.clone() }
    }
}

impl Lines<'_> {
    /// How far from the top, as a share of the height.
    fn down(&self, value: f64) -> f64 {
        self.axis.map_or(1.0, |axis| 1.0 - axis.place(value))
    }

    fn ticks(&self) -> &[f64] {
        self.axis.map(|axis| axis.ticks.as_slice()).unwrap_or_default()
    }

    /// Where the names stand, pixels from the top: each beside the end of its line, as near as the others let it.
    fn names(&self) -> Vec<f64> {
        let last = |line: &Line<'_>| line.pale.last().copied().or_else(|| line.path().last().copied());
        let end = |line: &Line<'_>| last(line).map_or(0.0, |(_, value)| self.down(value) * self.height);
        apart(&self.lines.iter().map(end).collect::<Vec<f64>>(), self.name_height, self.height)
    }

    pub(crate) fn drawn(&self, medium: Medium) -> Markup {
        let height = format!("height:{}px", self.height.round() as u64);
        let words_every = self.ticks().len().div_ceil(self.most_ticks).max(1);
        html! {
            div class={ "latency-grid" @if let Some(class) = self.class { " " (class) } } role="group" aria-label=(self.label) {
                div.y style=(height) aria-hidden="true" {
                    @for tick in self.ticks().iter().step_by(words_every) {
                        span style={ "top:" (percent(self.down(*tick))) } { ((self.tick)(*tick)) }
                    }
                }
                div.plot style=(height) {
                    @for tick in self.ticks() { i.grid.across style={ "top:" (percent(self.down(*tick))) } {} }
                    @for (x, _) in &self.across { i.grid style={ "left:" (percent(*x)) } {} }
                    @for crossing in &self.crossings { (crossing.drawn()) }
                    svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" {
                        @for line in &self.lines { (self.line(line)) }
                    }
                    (self.marks(medium))
                }
                div.ends style=(height) {
                    @for (line, top) in self.lines.iter().zip(self.names()) {
                        span.m.ink style={ "top:" (decimal(top, 1)) "px;" (line.colours()) } {
                            (mark(line.model, line.kind())) (line.end_name())
                        }
                    }
                }
                div.axis aria-hidden="true" {
                    @for (index, (x, name)) in self.across.iter().filter_map(|(x, name)| Some((x, name.as_ref()?))).enumerate() {
                        // On a phone every second one is left out.
                        span class=(if index % 2 == 1 { "tick minor" } else { "tick" }) style={ "left:" (percent(*x)) } { (name) }
                    }
                }
                span.axis-name.small.muted aria-hidden="true" { (self.counted) }
            }
        }
    }

    /// On a canvas, under what is there.
    pub(crate) fn on(&self, canvas: &mut Canvas) {
        let names = self.lines.iter().map(|line| width(&line.end_name(), 12.5)).fold(40.0, f64::max).min(200.0);
        let (left, right) = (SIDE + 56.0, WIDTH - SIDE - names - 28.0);
        let top = canvas.room(self.height + 12.0) + 6.0;
        let across = |x: f64| left + x * (right - left);
        let down = |value: f64| top + self.down(value) * self.height;
        let words_every = self.ticks().len().div_ceil(self.most_ticks).max(1);
        for (index, tick) in self.ticks().iter().enumerate() {
            canvas.line((left, down(*tick)), (right, down(*tick)), 1.0, Tone::Line);
            if index % words_every == 0 {
                canvas.words((left - 8.0, down(*tick)), Anchor::End, 11.5, Tone::Muted, &(self.tick)(*tick));
            }
        }
        for (x, _) in &self.across {
            canvas.line((across(*x), top), (across(*x), top + self.height), 1.0, Tone::Line);
        }
        for Crossing { at, low, high, name } in &self.crossings {
            canvas.floor((across(*low), top), (across(*high) - across(*low), self.height));
            canvas.line((across(*at), top), (across(*at), top + self.height), 1.5, Tone::Ink);
            if let Some((row, name)) = name {
                let middle = top + (row * CROSSING_PX) as f64 + 9.0;
                canvas.words((across(*at) + 5.0, middle), Anchor::Start, 11.5, Tone::Ink, name);
            }
        }
        for (line, name) in self.lines.iter().zip(self.names()) {
            let places = |path: &[(f64, f64)]| path.iter().map(|(x, value)| (across(*x), down(*value))).collect::<Vec<_>>();
            if !line.pale.is_empty() {
                canvas.curve(&places(&line.pale), line.model, ".3", line.is_dashed());
            }
            canvas.curve(&places(&line.path()), line.model, "1", line.is_dashed());
            for knot in &line.places {
                if let Some((low, high)) = knot.ends {
                    let (from, to) = (down(high), down(low));
                    let ink = canvas.ink(line.model);
                    canvas.rect((across(knot.x) - 3.0, from), (6.0, to - from), &ink, ".22");
                }
                canvas.mark((across(knot.x), down(knot.value)), line.model, line.kind());
            }
            canvas.mark((right + 14.0, top + name), line.model, line.kind());
            canvas.name((right + 23.0, top + name), Anchor::Start, 12.5, line.model, &line.end_name());
        }
        let below = canvas.room(20.0) + 10.0;
        for (x, name) in &self.across {
            canvas.words((across(*x), below), Anchor::Middle, 11.5, Tone::Muted, name.as_deref().unwrap_or_default());
        }
        if !self.counted.is_empty() {
            let middle = canvas.room(18.0) + 9.0;
            canvas.words((right, middle), Anchor::End, 11.5, Tone::Muted, self.counted);
        }
    }

    fn points(&self, path: &[(f64, f64)]) -> String {
        let at = |(x, value): &(f64, f64)| format!("{},{}", hundredth(*x), hundredth(self.down(*value)));
        path.iter().map(at).collect::<Vec<String>>().join(" ")
    }

    fn line(&self, line: &Line<'_>) -> Markup {
        html! {
            @for knot in &line.places {
                @if let Some((low, high)) = knot.ends {
                    line.m.whisker style=(line.colours()) x1=(hundredth(knot.x)) x2=(hundredth(knot.x))
                        y1=(hundredth(self.down(low))) y2=(hundredth(self.down(high))) {}
                }
            }
            @if !line.pale.is_empty() { polyline.m.pale style=(line.colours()) points=(self.points(&line.pale)) {} }
            polyline.m.dashed[line.is_dashed()] style=(line.colours()) points=(self.points(&line.path())) {}
        }
    }

    /// Those that say something are a list.
    fn marks(&self, medium: Medium) -> Markup {
        let marks = html! {
            @for (index, line) in self.lines.iter().enumerate() {
                @for (place, knot) in line.places.iter().enumerate() {
                    (self.mark(medium, line, knot, format!("{}-{index}-{place}", self.id), line.says.get(place)))
                }
            }
        };
        if self.lines.iter().any(|line| !line.says.is_empty()) { list(medium, self.label, &marks) } else { marks }
    }

    fn mark(&self, medium: Medium, line: &Line<'_>, knot: &Knot, id: String, says: Option<&String>) -> Markup {
        let style = format!("left:{};top:{};{}", percent(knot.x), percent(self.down(knot.value)), line.colours());
        let inside = mark(line.model, line.kind());
        match says {
            Some(says) => Told { id, says: says.clone(), class: "point m", style, inside }.drawn(medium),
            None => html! { span.point.small-point.m style=(style) aria-hidden="true" { (inside) } },
        }
    }
}
