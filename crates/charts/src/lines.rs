//! A line chart: a line for each model, its name at the line's end. The picture of latency and that of a sweep are this one.

use analysis::axis::{Axis, apart};
use maud::{Markup, html};
use protocol::Model;

use crate::mark::{Kind, colours, drawn as mark};
use crate::words::{decimal, hundredth, percent};

/// What is drawn.
pub(crate) struct Lines<'a> {
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
    pub(crate) behind: Markup,
    pub(crate) lines: Vec<Line<'a>>,
}

/// One model's.
pub(crate) struct Line<'a> {
    /// `None` of one that the catalogue does not have.
    pub(crate) model: Option<&'a Model>,
    pub(crate) name: &'a str,
    /// From left to right.
    pub(crate) places: Vec<Knot>,
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
    fn colours(&self) -> String {
        self.model.map(|model| colours(&model.look)).unwrap_or_default()
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
        let end = |line: &Line<'_>| line.places.last().map_or(0.0, |knot| self.down(knot.value) * self.height);
        apart(&self.lines.iter().map(end).collect::<Vec<f64>>(), self.name_height, self.height)
    }

    pub(crate) fn drawn(&self) -> Markup {
        let height = format!("height:{}px", self.height.round() as u64);
        let words_every = self.ticks().len().div_ceil(self.most_ticks).max(1);
        html! {
            div class={ "latency-grid" @if let Some(class) = self.class { " " (class) } } role="group" aria-label=(self.label) {
                div.y style=(height) aria-hidden="true" {
                    @for tick in self.ticks().iter().step_by(words_every) {
                        span style={ "top:" (percent(self.down(*tick))) } { ((self.tick)(*tick)) }
                    }
                }
                div.plot style=(height) aria-hidden="true" {
                    @for tick in self.ticks() { i.grid.across style={ "top:" (percent(self.down(*tick))) } {} }
                    @for (x, _) in &self.across { i.grid style={ "left:" (percent(*x)) } {} }
                    (self.behind)
                    svg viewBox="0 0 100 100" preserveAspectRatio="none" { @for line in &self.lines { (self.line(line)) } }
                    @for line in &self.lines { (self.marks(line)) }
                }
                div.ends style=(height) {
                    @for (line, top) in self.lines.iter().zip(self.names()) {
                        span.m.ink style={ "top:" (decimal(top, 1)) "px;" (line.colours()) } { (line.name) }
                    }
                }
                div.axis aria-hidden="true" {
                    @for (x, name) in &self.across {
                        @if let Some(name) = name { span.tick style={ "left:" (percent(*x)) } { (name) } }
                    }
                }
                span.axis-name.small.muted aria-hidden="true" { (self.counted) }
            }
        }
    }

    fn line(&self, line: &Line<'_>) -> Markup {
        let at = |knot: &Knot| format!("{},{}", hundredth(knot.x), hundredth(self.down(knot.value)));
        let path: Vec<String> = line.places.iter().map(at).collect();
        html! {
            @for knot in &line.places {
                @if let Some((low, high)) = knot.ends {
                    line.m.whisker style=(line.colours()) x1=(hundredth(knot.x)) x2=(hundredth(knot.x))
                        y1=(hundredth(self.down(low))) y2=(hundredth(self.down(high))) {}
                }
            }
            polyline.m style=(line.colours()) points=(path.join(" ")) {}
        }
    }

    fn marks(&self, line: &Line<'_>) -> Markup {
        html! {
            @for knot in &line.places {
                span.point.small-point.m
                    style={ "left:" (percent(knot.x)) ";top:" (percent(self.down(knot.value))) ";" (line.colours()) } {
                    (mark(line.model, Kind::Model))
                }
            }
        }
    }
}
