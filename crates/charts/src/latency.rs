//! How long operations took, over all trials of a model together: as a curve of percentiles, as bars, or as the share that took
//! at most so long. Results of earlier versions have no histograms: of those the percentiles are drawn, each the median over the
//! trials, and the longest of all trials.

use analysis::axis::{Axis, tick_text};
use analysis::distribution::{NAMED, bars, decades, distribution, percentiles};
use analysis::numbers::{Scale, shown, time};
use analysis::quantities::{PERCENTILES, value};
use maud::{Markup, html};
use protocol::catalog::Unit;
use protocol::parameter::grouped;
use protocol::report::Summary;
use protocol::view::LatencyForm;
use protocol::{Histogram, Model};

use crate::groups::{Group, plain};
use crate::lines::{Knot, Line, Lines, Side};
use crate::list::{Told, list};
use crate::mark::colours;
use crate::picture::{Picture, Table};
use crate::rows::ROW_PX;
use crate::svg::{Anchor, Canvas, SIDE, Theme, Tone, WIDTH, width};
use crate::words::{decimal, percent};
use crate::{Heading, Medium, Subject};

const HEIGHT_PX: usize = 176;

const HELP: &str = "How long operations took, over all trials of a model together. A curve of percentiles ends where ten timed \
                    operations lie beyond.";

pub(crate) const PICTURE: Picture = Picture { id: "latency", heading, body: drawn, table, svg };

fn heading(subject: &Subject<'_>) -> Option<Heading> {
    if subject.over && measured(subject).is_empty() && by_figures(subject).is_empty() {
        return None;
    }
    let workload = subject.workload().filter(|workload| workload.compares())?;
    let sub = format!("{}; log scale", workload.latency);
    Some(Heading { title: "Latency".to_owned(), sub, help: HELP.to_owned() })
}

/// The picture in the page, of a result or of a plan.
#[must_use]
pub fn latency(subject: &Subject<'_>) -> String {
    drawn(subject, Medium::Page).into_string()
}

fn drawn(subject: &Subject<'_>, medium: Medium) -> Markup {
    let measured = measured(subject);
    let mut chart = html! {};
    match Bars::of_form(subject, &measured) {
        Some(bars) => chart = bars.drawn(medium),
        None => lines(subject, &measured, &mut |lines| chart = lines.drawn(medium)),
    }
    html! { div.latency { (chart) p.foot-note.small.muted { (note(subject, &measured)) } } }
}

fn svg(subject: &Subject<'_>, theme: Theme) -> Option<String> {
    let (measured, mut canvas) = (measured(subject), Canvas::new("latency", theme, &heading(subject)?));
    match Bars::of_form(subject, &measured) {
        Some(bars) => bars.on(&mut canvas),
        None => lines(subject, &measured, &mut |lines| lines.on(&mut canvas)),
    }
    Some(canvas.done(subject, &note(subject, &measured)))
}

/// What must be known to read it.
fn note(subject: &Subject<'_>, measured: &[Measured<'_>]) -> String {
    let scope = subject.workload().map(|workload| workload.scope.as_slice()).unwrap_or_default();
    let is = |which: &str| scope.iter().any(|phrase| phrase == which);
    let form = match subject.view.latency {
        _ if measured.is_empty() => "",
        LatencyForm::Percentiles => "A line ends with ten operations beyond. ",
        LatencyForm::Histogram => "Each row by its fullest bar; lines: p50, p99 dashed, p99.9 dotted. ",
        LatencyForm::Distribution => "",
    };
    let counted_from = if is("closed loop") {
        "Closed loop: a unit that waits begins nothing, so waiting that a user would see is missing."
    } else if is("open loop") {
        "Open loop: latencies count from the intended start, however late an operation was begun."
    } else {
        ""
    };
    format!("{form}{counted_from}")
}

fn table(subject: &Subject<'_>) -> Table {
    let measured = measured(subject);
    match subject.view.latency {
        _ if measured.is_empty() => table_of_figures(subject),
        LatencyForm::Percentiles => table_of_percentiles(&measured),
        LatencyForm::Histogram => Bars::of(&measured).map(|bars| bars.table(false)).unwrap_or_default(),
        LatencyForm::Distribution => Bars::of(&measured).map(|bars| bars.table(true)).unwrap_or_default(),
    }
}

/// A model's latencies.
pub(crate) struct Measured<'a> {
    /// Of which of two results, if there are two.
    pub(crate) side: Option<Side>,
    pub(crate) model: Option<&'a Model>,
    pub(crate) name: &'a str,
    pub(crate) histogram: Histogram,
}

/// Of all models that have some.
pub(crate) fn measured<'a>(subject: &Subject<'a>) -> Vec<Measured<'a>> {
    let of = |summary: &'a Summary| {
        let mut histogram = Histogram::default();
        let good = Group::of(summary).trials(subject.trials).filter(|trial| trial.is_ok());
        good.for_each(|trial| histogram.merge(&trial.latencies));
        let model = subject.catalog.model(&summary.model);
        let name = model.map_or(summary.model.as_str(), |model| &model.name);
        (!histogram.is_empty()).then_some(Measured { side: None, model, name, histogram })
    };
    plain(subject).filter_map(of).collect()
}

impl<'a> Measured<'a> {
    /// The percentiles that it has samples for, by name: the share, the name, nanoseconds.
    fn named(&self) -> impl Iterator<Item = (f64, &'static str, f64)> {
        let last = self.histogram.last_percentile().unwrap_or(-1.0);
        // What was rounded is not beyond.
        let has = move |share: f64| share <= last + 1e-12;
        NAMED.iter().filter(move |(share, _)| has(*share)).filter_map(|(share, name)| Some((*share, *name, self.within(*share)?)))
    }

    fn colours(&self) -> String {
        self.model.map(|model| colours(&model.look)).unwrap_or_default()
    }

    /// Its median, in words.
    fn middle(&self) -> String {
        self.within(0.5).map(|ns| format!("p50 {}", time(ns))).unwrap_or_default()
    }

    fn within(&self, share: f64) -> Option<f64> {
        self.histogram.quantile(share)
    }

    fn says(&self, name: &str, ns: f64) -> String {
        format!("{}{}: {name} % within {}", of_side(self.side), self.name, time(ns))
    }

    /// Its curve over so many decades: marked at the percentiles that have a name, and at its end.
    fn curve(&self, decades_across: f64) -> Line<'a> {
        let x = |share: f64| decades(share) / decades_across;
        let path: Vec<(f64, f64)> = percentiles(&self.histogram).into_iter().map(|(share, ns)| (x(share), ns)).collect();
        let (mut places, mut says, mut last) = (Vec::new(), Vec::new(), 0.0);
        for (share, name, ns) in self.named() {
            places.push(Knot { x: x(share), value: ns, ends: None });
            says.push(self.says(name, ns));
            last = decades(share);
        }
        let end = self.histogram.last_percentile().unwrap_or(0.0);
        if decades(end) > last + 0.15
            && let Some(ns) = self.within(end)
        {
            places.push(Knot { x: x(end), value: ns, ends: None });
            says.push(self.says(&decimal(end * 100.0, decades(end) as u32), ns));
        }
        Line { model: self.model, name: self.name, side: self.side, places, path, says, ..Line::default() }
    }

    /// Its distribution on an axis of time.
    fn share(&self, axis: &Axis) -> Line<'a> {
        let mut path: Vec<(f64, f64)> =
            distribution(&self.histogram).into_iter().map(|(ns, share)| (axis.place(ns), share)).collect();
        path.push((1.0, 1.0));
        let (mut places, mut says) = (Vec::new(), Vec::new());
        for (share, name, ns) in self.named() {
            places.push(Knot { x: axis.place(ns), value: share, ends: None });
            says.push(self.says(name, ns));
        }
        Line { model: self.model, name: self.name, side: self.side, places, path, says, ..Line::default() }
    }
}

/// As many decades of percentiles as the longest line has.
fn most_decades(measured: &[Measured<'_>]) -> f64 {
    measured.iter().filter_map(|of| of.histogram.last_percentile()).map(decades).fold(1.0, f64::max)
}

fn across(decades_across: f64) -> Vec<(f64, Option<String>)> {
    let named = NAMED.iter().map(|(share, name)| (decades(*share) / decades_across, Some((*name).to_owned())));
    std::iter::once((0.0, Some("0".to_owned()))).chain(named.filter(|(x, _)| *x < 1.005)).collect()
}

/// Before what is of one of two results: "B ".
pub(crate) fn of_side(side: Option<Side>) -> String {
    side.map(|side| format!("{} ", side.letter())).unwrap_or_default()
}

/// The chart of lines, drawn with this: curves of percentiles, of the figures if there are no histograms; or distributions.
fn lines(subject: &Subject<'_>, measured: &[Measured<'_>], draw: &mut dyn FnMut(&Lines<'_>)) {
    let by_figures = if measured.is_empty() { by_figures(subject) } else { Vec::new() };
    chart(subject.view.latency, height(subject), measured, by_figures, draw);
}

pub(crate) fn chart<'a>(
    form: LatencyForm,
    height: f64,
    measured: &[Measured<'a>],
    by_figures: Vec<Line<'a>>,
    draw: &mut dyn FnMut(&Lines<'_>),
) {
    let x = time_axis(measured).filter(|_| form == LatencyForm::Distribution);
    let decades = most_decades(measured);
    let (across, lines): (_, Vec<Line<'_>>) = match &x {
        Some(x) => (time_ticks(x), measured.iter().map(|of| of.share(x)).collect()),
        None if measured.is_empty() => (figures_across(), by_figures),
        None => (across(decades), measured.iter().map(|of| of.curve(decades)).collect()),
    };
    let values: Vec<f64> = lines.iter().flat_map(Line::path).map(|(_, value)| value).collect();
    let axis = if x.is_some() { Axis::of_lengths(&[1.0], 5) } else { Axis::log(&values) };
    let unit = if x.is_some() { Unit::Share } else { Unit::Nanoseconds };
    draw(&Lines {
        id: "latency",
        class: None,
        label: if x.is_some() { "Share of operations by latency" } else { "Latency by percentile" },
        height,
        name_height: 16.0,
        across,
        counted: if x.is_some() { "share that took at most so long" } else { "percentile of operations" },
        axis: axis.as_ref(),
        tick: &|tick| tick_text(tick, Scale::of_unit(unit, tick)),
        most_ticks: 6,
        crossings: Vec::new(),
        lines,
    });
}

/// As high as the chart beside it, whose rows are the models and the control.
pub(crate) fn height(subject: &Subject<'_>) -> f64 {
    HEIGHT_PX.max((subject.experiment.models.len() + 1) * ROW_PX) as f64
}

/// From the shortest to the longest latency of all models.
fn time_axis(measured: &[Measured<'_>]) -> Option<Axis> {
    let ends = |of: &Measured<'_>| [0.0, 1.0].map(|share| of.within(share));
    Axis::log(&measured.iter().flat_map(ends).flatten().collect::<Vec<f64>>())
}

fn time_ticks(axis: &Axis) -> Vec<(f64, Option<String>)> {
    let words_every = axis.ticks.len().div_ceil(6).max(1);
    let words = |tick: f64| tick_text(tick, Scale::of_time(tick));
    let tick = |(index, tick): (usize, &f64)| (axis.place(*tick), (index % words_every == 0).then(|| words(*tick)));
    axis.ticks.iter().enumerate().map(tick).collect()
}

/// The latencies of several models, all in bars from and to the same latencies, which look equally wide.
struct Bars<'a> {
    axis: Axis,
    edges: Vec<f64>,
    rows: Vec<(&'a Measured<'a>, Vec<f64>)>,
}

/// The most bars that can be told from each other.
const MOST_BARS: f64 = 64.0;

/// Bars in a doubling, at most: a histogram has no more than sixteen buckets in one.
const BARS_PER_DOUBLING: f64 = 12.0;

/// The percentiles that are drawn into a row.
const CUTS: [&str; 3] = ["50", "99", "99.9"];

impl<'a> Bars<'a> {
    /// If that is the form in which they are looked at.
    fn of_form(subject: &Subject<'_>, measured: &'a [Measured<'a>]) -> Option<Self> {
        Self::of(measured).filter(|_| subject.view.latency == LatencyForm::Histogram)
    }

    fn of(measured: &'a [Measured<'a>]) -> Option<Self> {
        let axis = time_axis(measured)?;
        let (low, high) = (axis.low(), *axis.ticks.last()?);
        let count = ((high / low).log2() * BARS_PER_DOUBLING).clamp(1.0, MOST_BARS).floor();
        let edge = |index: i32| low * (high / low).powf(f64::from(index) / count);
        // What is left or right of the axis by rounding is in the first and the last.
        let mut edges: Vec<f64> = (0..=count as i32).map(edge).collect();
        edges[0] = 0.0;
        *edges.last_mut()? = f64::MAX;
        let rows = measured.iter().map(|of| (of, bars(&of.histogram, &edges))).collect();
        edges[0] = low;
        *edges.last_mut()? = high;
        Some(Self { axis, edges, rows })
    }

    fn row_px(&self) -> usize {
        ROW_PX.max(HEIGHT_PX / self.rows.len().max(1))
    }

    fn drawn(&self, medium: Medium) -> Markup {
        let row_px = self.row_px();
        let rows = format!("grid-auto-rows:{row_px}px");
        html! {
            div.plot-grid {
                div.labels style=(rows) { @for (of, _) in &self.rows { span { (of.name) } } }
                div.plot style={ "height:" (row_px * self.rows.len()) "px" } {
                    @for tick in &self.axis.ticks { i.grid style={ "left:" (percent(self.axis.place(*tick))) } {} }
                    (list(medium, "Operations by latency", &html! {
                        @for index in 0..self.rows.len() { (self.row(medium, index)) }
                    }))
                }
                div.values style=(rows) { @for (of, _) in &self.rows { b { (of.middle()) } } }
                div.axis aria-hidden="true" {
                    @for (x, name) in time_ticks(&self.axis) {
                        @if let Some(name) = name { span.tick style={ "left:" (percent(x)) } { (name) } }
                    }
                }
            }
        }
    }

    /// How high each bar of a row is, as a share of the highest.
    fn heights(&self, index: usize) -> Vec<f64> {
        let bars = &self.rows[index].1;
        let fullest = bars.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        bars.iter().map(|count| count / fullest).collect()
    }

    /// Where the percentiles of a row stand that are drawn into it: which, and nanoseconds.
    fn cuts(&self, index: usize) -> Vec<(usize, f64)> {
        let of = self.rows[index].0;
        of.named().filter_map(|(_, name, ns)| Some((CUTS.iter().position(|cut| *cut == name)?, ns))).collect()
    }

    fn row(&self, medium: Medium, index: usize) -> Markup {
        let (of, bars) = &self.rows[index];
        let (row_px, width) = (self.row_px(), 1.0 / bars.len() as f64);
        let style = format!("top:{}px;height:{}px;{}", index * row_px + 6, row_px - 6, of.colours());
        let bar = |bar: usize, height: f64| Told {
            id: format!("latency-{index}-{bar}"),
            says: format!("{}: {} {}", of.name, shown(Unit::Share, bars[bar] / of.histogram.count() as f64), self.reach(bar)),
            class: "column",
            style: format!("left:{};width:{};height:{}", percent(bar as f64 * width), percent(width), percent(height)),
            inside: html! {},
        };
        let cut = |which: usize, ns: f64| Told {
            id: format!("latency-{index}-p{which}"),
            says: of.says(CUTS[which], ns),
            class: ["cut", "cut dashed", "cut dotted"][which],
            style: format!("left:{}", percent(self.axis.place(ns))),
            inside: html! {},
        };
        html! {
            span.columns.m role="none" style=(style) {
                @for (place, height) in self.heights(index).into_iter().enumerate().filter(|(_, height)| *height > 0.0) {
                    (bar(place, height).drawn(medium))
                }
                @for (which, ns) in self.cuts(index) { (cut(which, ns).drawn(medium)) }
            }
        }
    }

    fn on(&self, canvas: &mut Canvas) {
        let names = self.rows.iter().map(|(of, _)| width(of.name, 12.5)).fold(40.0, f64::max).min(200.0);
        let (left, right) = (SIDE + names + 16.0, WIDTH - SIDE - 100.0);
        let (row, across) = (self.row_px() as f64, |place: f64| left + place * (right - left));
        let (height, wide) = (row * self.rows.len() as f64, (right - left) / (self.edges.len() - 1) as f64);
        let top = canvas.room(height);
        for tick in &self.axis.ticks {
            let x = across(self.axis.place(*tick));
            canvas.line((x, top), (x, top + height), 1.0, Tone::Line);
        }
        for (index, (of, _)) in self.rows.iter().enumerate() {
            let bottom = top + row * (index + 1) as f64;
            let ink = canvas.ink(of.model);
            for (bar, share) in self.heights(index).into_iter().enumerate().filter(|(_, share)| *share > 0.0) {
                let high = (share * (row - 6.0)).max(1.0);
                canvas.rect((left + bar as f64 * wide, bottom - high), (wide - 0.5, high), &ink, ".7");
            }
            for (which, ns) in self.cuts(index) {
                let x = across(self.axis.place(ns));
                // In pieces of this length, as far from each other.
                let (piece, gap) = [(row, 0.0), (6.0, 4.0), (2.0, 3.0)][which];
                let mut y = bottom - row + 2.0;
                while y < bottom {
                    canvas.line((x, y), (x, (y + piece).min(bottom)), 2.0, Tone::Ink);
                    y += piece + gap;
                }
            }
            canvas.line((left, bottom), (right, bottom), 1.0, Tone::Line);
            canvas.words((left - 16.0, bottom - row / 2.0), Anchor::End, 12.5, Tone::Ink, of.name);
            canvas.words((WIDTH - SIDE, bottom - row / 2.0), Anchor::End, 13.0, Tone::Ink, &of.middle());
        }
        let below = canvas.room(20.0) + 11.0;
        for (x, name) in time_ticks(&self.axis) {
            canvas.words((across(x), below), Anchor::Middle, 11.5, Tone::Muted, name.as_deref().unwrap_or_default());
        }
    }

    /// "from 1.00 µs to 1.20 µs"
    fn reach(&self, bar: usize) -> String {
        format!("from {} to {}", time(self.edges[bar]), time(self.edges[bar + 1]))
    }

    /// The share of each model's operations by bar; or that in it and all before.
    fn table(&self, whole: bool) -> Table {
        let mut head = vec![if whole { "At most" } else { "Latency" }.to_owned()];
        head.extend(self.rows.iter().map(|(of, _)| format!("{}, n = {}", of.name, grouped(of.histogram.count()))));
        let row = |bar: usize| {
            let first = if whole { time(self.edges[bar + 1]) } else { self.reach(bar) };
            let cell = |(of, bars): &(&Measured<'_>, Vec<f64>)| {
                let counted: f64 = if whole { bars[..=bar].iter().sum() } else { bars[bar] };
                shown(Unit::Share, counted / of.histogram.count() as f64)
            };
            std::iter::once(first).chain(self.rows.iter().map(cell)).collect()
        };
        Table { head, rows: (0..self.edges.len() - 1).map(row).collect() }
    }
}

pub(crate) fn table_of_percentiles(measured: &[Measured<'_>]) -> Table {
    let most = measured.iter().map(|of| of.named().count()).max().unwrap_or(0);
    let mut head = vec!["Model".to_owned(), "n".to_owned()];
    head.extend(NAMED[..most].iter().map(|(_, name)| (*name).to_owned()));
    head.push("longest".to_owned());
    let row = |of: &Measured<'_>| {
        let mut cells = vec![format!("{}{}", of_side(of.side), of.name), grouped(of.histogram.count())];
        cells.extend(of.named().map(|(_, _, ns)| time(ns)));
        cells.resize(most + 2, String::new());
        cells.push(of.within(1.0).map(time).unwrap_or_default());
        cells
    };
    Table { head, rows: measured.iter().map(row).collect() }
}

/// The percentiles, medians over the trials.
pub(crate) fn table_of_figures(subject: &Subject<'_>) -> Table {
    let mut head = vec!["Model".to_owned()];
    head.extend(PERCENTILES.iter().map(|(_, name)| (*name).to_owned()));
    let row = |summary: &Summary| {
        let cell = |(key, _): &(&str, &str)| summary.value(key).map(|interval| shown(Unit::Nanoseconds, interval.median));
        let cells = PERCENTILES.iter().map(|percentile| cell(percentile).unwrap_or_default());
        std::iter::once(Group::of(summary).name(subject.catalog)).chain(cells).collect()
    };
    Table { head, rows: plain(subject).map(row).collect() }
}

/// Where a percentile of the figures stands, by its place among [`PERCENTILES`]. The greatest is of no percentile of its own.
fn place(index: usize) -> f64 {
    index as f64 / (PERCENTILES.len() - 1) as f64
}

fn figures_across() -> Vec<(f64, Option<String>)> {
    PERCENTILES.iter().enumerate().map(|(index, (_, name))| (place(index), Some((*name).to_owned()))).collect()
}

/// As far as each model's percentiles go; the longest only behind all of them.
pub(crate) fn by_figures<'a>(subject: &Subject<'a>) -> Vec<Line<'a>> {
    plain(subject).filter_map(|summary| line_of_figures(subject, summary)).collect()
}

fn line_of_figures<'a>(subject: &Subject<'a>, summary: &'a Summary) -> Option<Line<'a>> {
    let group = Group::of(summary);
    let longest = |key: &str| {
        let good = group.trials(subject.trials).filter(|trial| trial.is_ok());
        good.filter_map(|trial| value(trial, key)).reduce(f64::max)
    };
    let model = subject.catalog.model(&summary.model);
    let name = model.map_or(summary.model.as_str(), |model| &model.name);
    let (mut places, mut says) = (Vec::new(), Vec::new());
    for (index, (key, percentile)) in PERCENTILES.iter().enumerate() {
        let last = index + 1 == PERCENTILES.len();
        let found = if last { longest(key) } else { summary.value(key).map(|interval| interval.median) };
        let Some(value) = found else { break };
        places.push(Knot { x: place(index), value, ends: None });
        says.push(if last {
            format!("{name}: the longest took {}", time(value))
        } else {
            format!("{name}: {percentile} % within {}", time(value))
        });
    }
    (!places.is_empty()).then_some(Line { model, name, places, says, ..Line::default() })
}
