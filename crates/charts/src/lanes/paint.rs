//! Painting: rows first, then what stays at the top over them.

use super::layout::{BAR, BESIDE, Lane, Layout, Row};
use super::scene::{ModelLanes, Scene};
use super::spans::Spans;
use super::spot::Spot;
use super::surface::{Align, Area, Fill, Letters, Palette, Rgb, Surface, mixed};
use super::ticks::ticks;
use super::view::LanesView;
use crate::svg::width;

/// What is pointed at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Focus {
    /// It is outlined.
    pub spot: Option<Spot>,
    /// A time that is marked across all rows: the pointer's, or that of a replay.
    pub cursor: Option<i64>,
}

/// Spans narrower than this, pixels, are not painted one by one: each column of a pixel is as high as their share of it.
const WIDE: f64 = 2.0;

/// How strong, in 255ths, every other span is, and a column of many.
const LIGHT: u8 = 170;
const MANY: u8 = 190;
/// How strong the lines are of who is ready.
const READY: u8 = 170;
/// The same of a strip, outside the window and inside it.
const STRIP: (u8, u8) = (80, 190);

pub(super) const SMALL: f64 = 11.0;
const TEXT: f64 = 12.0;

/// What is being painted.
struct Painter<'a, S> {
    scene: &'a Scene,
    view: &'a LanesView,
    layout: &'a Layout,
    palette: &'a Palette,
    on: &'a mut S,
}

impl Scene {
    /// Paints what this view shows, with its ground.
    pub fn paint(&self, view: &LanesView, layout: &Layout, focus: &Focus, palette: &Palette, on: &mut impl Surface) {
        let mut painter = Painter { scene: self, view, layout, palette, on };
        let all = Area { x: 0.0, y: 0.0, width: layout.size.0, height: layout.size.1 };
        painter.on.rectangle(all, Fill::plain(palette.card));
        painter.grid();
        for row in &layout.rows {
            let area = layout.area_of(view, row);
            if area.y + area.height > layout.plot.y && area.y < layout.size.1 {
                painter.row(row, area);
            }
        }
        painter.selected();
        painter.focus(focus);
        painter.head();
    }
}

impl<S: Surface> Painter<'_, S> {
    /// A place that cannot be far outside: distances of places stay exact.
    fn x(&self, time: i64) -> f64 {
        let plot = self.layout.plot;
        self.layout.x_of(self.view, time).clamp(plot.x - 8.0, plot.x + plot.width + 8.0)
    }

    /// A vertical line at a time, over all rows; nothing outside of what is seen.
    fn upright(&mut self, time: i64, colour: Rgb) {
        let Area { x, y, width, height } = self.layout.plot;
        let at = self.layout.x_of(self.view, time);
        if at >= x && at <= x + width {
            self.on.rectangle(Area { x: at.round() - 0.5, y: y - 6.0, width: 1.0, height: height + 6.0 }, Fill::plain(colour));
        }
    }

    fn grid(&mut self) {
        for (time, _) in ticks(self.view, self.layout) {
            self.upright(time, self.palette.line);
        }
        self.upright(0, self.palette.edge);
    }

    fn words(&mut self, at: (f64, f64), words: &str, held: Align, colour: Rgb) {
        let size = if self.layout.is_narrow() { SMALL } else { TEXT };
        self.on.words(at, words, Letters { size, colour, bold: false, held });
    }

    /// A row's name, shortened if there is no room for it.
    fn name(&mut self, middle: f64, words: &str, colour: Rgb) {
        let size = if self.layout.is_narrow() { SMALL } else { TEXT };
        let room = self.layout.plot.x - BESIDE - 4.0;
        // What tells rows apart stands at the end.
        let (mut short, end) = match words.rsplit_once(' ') {
            Some((begin, end)) if width(end, size) < room / 2.0 => (begin.to_owned(), format!(" {end}")),
            _ => (words.to_owned(), String::new()),
        };
        if width(words, size) > room {
            while width(&short, size) + width(&end, size) > room - size && short.pop().is_some() {}
            short.push('…');
        }
        short.push_str(&end);
        self.words((self.layout.plot.x - BESIDE, middle), &short, Align::Right, colour);
    }

    fn row(&mut self, row: &Row, area: Area) {
        let Some(model) = self.scene.models.get(row.model) else { return };
        let colour = self.palette.model(&model.model.look);
        let middle = area.y + area.height / 2.0;
        let is_named = area.y + 2.0 >= self.layout.plot.y;
        if row.lane == Lane::Name {
            if is_named {
                self.model_name(model, (10.0, middle), colour);
            }
            return;
        }
        if is_named {
            let ink = if matches!(row.lane, Lane::Core(_)) { self.palette.ink } else { self.palette.muted };
            self.name(middle, &self.scene.lane_name(row.model, row.lane), ink);
        }
        let bar = Area { y: area.y + (area.height - BAR) / 2.0, height: BAR, ..self.layout.plot };
        match row.lane {
            Lane::Name => {}
            Lane::NoCores => {
                self.words((bar.x, middle), "on which core a thread was is not told", Align::Left, self.palette.muted)
            }
            Lane::Core(core) => {
                self.ground(model, bar, (i64::MIN, i64::MAX));
                self.core(model, core, bar, colour);
            }
            Lane::Thread(thread) => {
                let Some(lane) = model.thread(thread) else { return };
                if let Some(life) = lane.life() {
                    self.ground(model, bar, life);
                }
                self.ready(&lane.ready, (self.view.from, self.view.to), bar);
                self.running(&lane.stints, bar, colour, |_| false);
            }
            Lane::Unit(unit) => {
                let Some(row) = model.units().rows.get(unit as usize) else { return };
                if let Some(life) = model.units().deeds[unit as usize].ends() {
                    self.ground(model, bar, life);
                }
                for (from, to, deed) in model.units().deeds[unit as usize]
                    .from(0)
                    .filter(|(from, to, _)| *to > self.view.from && *from < self.view.to)
                {
                    if let Some(lane) = model.thread(deed.thread) {
                        self.ready(&lane.ready, (from, to), bar);
                    }
                }
                self.running(row, bar, colour, |ran| ran.deed % 2 == 1);
            }
            Lane::MoreCores(_) | Lane::MoreThreads(_) | Lane::Units(..) => self.many(row, bar, colour),
        }
    }

    fn model_name(&mut self, model: &ModelLanes, (x, middle): (f64, f64), colour: Rgb) {
        self.on.mark((x, middle), &model.model.look, colour);
        let (size, narrow) = (if self.layout.is_narrow() { TEXT } else { 13.0 }, self.layout.is_narrow());
        let bold = Letters { size, colour: self.palette.ink, bold: true, held: Align::Left };
        self.on.words((x + 11.0, middle), &model.model.name, bold);
        let (Some(about), false) = (&model.about, narrow) else { return };
        let end = self.layout.x_of(self.view, about.to);
        let (left, words) = (x + 24.0 + width(&model.model.name, size), "measured part ends");
        if end < self.layout.plot.x + self.layout.plot.width && end - width(words, SMALL) > left {
            let muted = Letters { size: SMALL, colour: self.palette.muted, bold: false, held: Align::Right };
            self.on.words((end - 4.0, middle), words, muted);
        }
    }

    /// The ground of a row: where it is known that nothing ran. Where nothing has come yet there is none.
    fn ground(&mut self, model: &ModelLanes, bar: Area, (from, to): (i64, i64)) {
        for (first, last) in &model.covered {
            let (left, right) = (self.x(from.max(*first).max(self.view.from)), self.x(to.min(*last).min(self.view.to)));
            if right > left {
                self.on.rectangle(Area { x: left, width: right - left, ..bar }, Fill::plain(self.palette.soft));
            }
        }
        if let Some(about) = &model.about {
            let end = self.layout.x_of(self.view, about.to);
            if end > bar.x && end < bar.x + bar.width {
                self.on.rectangle(
                    Area { x: end - 0.5, y: bar.y - 2.0, width: 1.0, height: bar.height + 4.0 },
                    Fill::plain(self.palette.edge),
                );
            }
        }
    }

    /// What a column of many spans is: as high as their share, and to be seen if there is any.
    fn column(&mut self, bar: Area, (x, width): (f64, f64), share: f64, fill: Fill) {
        if share > 0.0 {
            let height = (share.min(1.0) * bar.height).max(1.0);
            self.on.rectangle(Area { x, y: bar.y + bar.height - height, width, height }, fill);
        }
    }

    fn ready(&mut self, ready: &Spans<()>, between: (i64, i64), bar: Area) {
        let fill = Fill::hatched(mixed(self.palette.soft, self.palette.muted, READY));
        walk(ready, between, (self.view, self.layout), |part| match part {
            Part::One { x, width, .. } => self.on.rectangle(Area { x, width, ..bar }, fill),
            Part::Many { x, width, share } => self.column(bar, (x, width), share, fill),
        });
    }

    fn running<T: Copy + PartialEq>(&mut self, row: &Spans<T>, bar: Area, colour: Rgb, is_light: impl Fn(T) -> bool) {
        let (dark, many) = (Fill::plain(colour), Fill::plain(mixed(self.palette.soft, colour, MANY)));
        let light = Fill::plain(mixed(self.palette.soft, colour, LIGHT));
        walk(row, (self.view.from, self.view.to), (self.view, self.layout), |part| match part {
            Part::One { x, width, of, .. } => {
                self.on.rectangle(Area { x, width, ..bar }, if is_light(of) { light } else { dark });
            }
            Part::Many { x, width, share } => self.column(bar, (x, width), share, many),
        });
    }

    /// A core's stints; each is divided where its thread goes on to something else, as far as there is room.
    fn core(&mut self, model: &ModelLanes, core: u32, bar: Area, colour: Rgb) {
        let Some((_, row)) = model.cores.get(core as usize) else { return };
        let (dark, many) = (Fill::plain(colour), Fill::plain(mixed(self.palette.soft, colour, MANY)));
        let light = Fill::plain(mixed(self.palette.soft, colour, LIGHT));
        let window = (self.view.from, self.view.to);
        walk(row, window, (self.view, self.layout), |part| match part {
            Part::Many { x, width, share } => self.column(bar, (x, width), share, many),
            Part::One { x, width, index, of } => {
                let shade = |piece: usize| if (index + piece).is_multiple_of(2) { dark } else { light };
                let deeds = model.thread(of).map(|lane| &lane.deeds);
                let end = x + width;
                let (mut left, mut at) = (x, self.layout.time_at(self.view, x));
                while let Some(deeds) = deeds {
                    // The next that ends far enough to the right to be told apart.
                    let next = deeds.ended(at.max(self.layout.time_at(self.view, left + WIDE)));
                    let Some((_, to, _)) = deeds.get(next) else { break };
                    let right = self.x(to);
                    // Deeds of one thread do not overlap; those of a damaged file might, and lead back.
                    if right >= end - WIDE || right <= left {
                        break;
                    }
                    self.on.rectangle(Area { x: left, width: right - left, ..bar }, shade(deeds.ended(at)));
                    self.on.rectangle(Area { x: right - 0.5, width: 0.5, ..bar }, Fill::plain(self.palette.soft));
                    (left, at) = (right, to);
                }
                let piece = deeds.map_or(0, |deeds| deeds.ended(at));
                self.on.rectangle(Area { x: left, width: end - left, ..bar }, shade(piece));
                // Two threads that follow each other at once are told apart, too.
                if width > 2.0 * WIDE {
                    self.on.rectangle(Area { x: end - 0.5, width: 0.5, ..bar }, Fill::plain(self.palette.soft));
                }
            }
        });
    }

    /// A row of many lanes: each column as high as the share of the cores that they had together.
    fn many(&mut self, row: &Row, bar: Area, colour: Rgb) {
        let Some(model) = self.scene.models.get(row.model) else { return };
        self.on.rectangle(Area { y: bar.y + bar.height - 1.0, height: 1.0, ..bar }, Fill::plain(self.palette.line));
        let fill = Fill::plain(mixed(self.palette.card, colour, MANY));
        let others = self.layout.others(row);
        let edges = edges(bar, (self.view.from, self.view.to));
        columns(bar, &edges, &model.together(row.lane, &others, &edges), |x, share| {
            self.column(bar, (x, 1.0), share / model.cores() as f64, fill);
        });
    }

    fn selected(&mut self) {
        let Some((from, to)) = self.view.selected else { return };
        let (left, right) = (self.x(from), self.x(to));
        let area = Area { x: left, width: right - left, ..self.layout.plot };
        self.on.rectangle(area, Fill::plain(self.palette.ink).strong(24));
        for x in [left, right] {
            self.on.rectangle(Area { x: x - 0.5, width: 1.0, ..area }, Fill::plain(self.palette.ink));
        }
    }

    fn focus(&mut self, focus: &Focus) {
        let ink = Fill::plain(self.palette.ink);
        if let Some(spot) = focus.spot {
            let row = self.layout.rows.iter().find(|row| row.model == spot.model && row.lane == spot.lane);
            if let Some(area) = row.map(|row| self.layout.area_of(self.view, row)) {
                let (left, right) = (self.x(spot.from), self.x(spot.to));
                let width = (right - left).max(4.0) + 4.0;
                let x = ((left + right - width) / 2.0).max(self.layout.plot.x - 3.0);
                let end = (x + width).min(self.layout.plot.x + self.layout.plot.width + 3.0);
                self.on.outline(Area { x, width: end - x, ..area }, 2.0, ink);
            }
        }
        let Some(time) = focus.cursor else { return };
        let x = self.layout.x_of(self.view, time);
        let plot = self.layout.plot;
        if x >= plot.x && x <= plot.x + plot.width {
            let bottom = (plot.y + self.layout.height).min(self.layout.size.1);
            let mut y = plot.y - 4.0;
            while y < bottom {
                self.on.rectangle(Area { x: x.round() - 0.5, y, width: 1.0, height: 3.0 }, ink);
                y += 6.0;
            }
        }
    }

    /// The strip of the whole time, and the axis.
    fn head(&mut self) {
        let (strip, plot, size) = (self.layout.strip, self.layout.plot, self.layout.size);
        let top = Area { x: 0.0, y: 0.0, width: size.0, height: plot.y };
        self.on.rectangle(Area { height: plot.y - 6.0, ..top }, Fill::plain(self.palette.card));
        let span = self.scene.span();
        let (pitch, edges) = (Layout::strip_pitch(self.scene.models.len()), edges(strip, span));
        let place = |time: i64| {
            let share = time.saturating_sub(span.0) as f64 / span.1.saturating_sub(span.0).max(1) as f64;
            strip.x + share.clamp(0.0, 1.0) * strip.width
        };
        let (left, right) = (place(self.view.from), place(self.view.to));
        for (index, model) in self.scene.models.iter().enumerate() {
            let bar = Area { y: strip.y + index as f64 * pitch, height: pitch - 3.0, ..strip };
            let (colour, middle) = (self.palette.model(&model.model.look), bar.y + bar.height / 2.0);
            if pitch < 12.0 {
                self.on.mark((strip.x - BESIDE - 5.0, middle), &model.model.look, colour);
            } else {
                self.name(middle, &model.model.name, self.palette.muted);
            }
            let fills = [STRIP.0, STRIP.1].map(|strength| Fill::plain(mixed(self.palette.card, colour, strength)));
            columns(bar, &edges, &model.strip(&edges), |x, share| {
                self.column(bar, (x, 1.0), share / model.cores() as f64, fills[usize::from(x + 1.0 > left && x < right)]);
            });
        }
        let window = Area {
            x: left.min(strip.x + strip.width - 4.0) - 1.5,
            y: strip.y - 4.0,
            width: (right - left).max(4.0) + 3.0,
            height: strip.height + 5.0,
        };
        self.on.outline(window, 1.5, Fill::plain(self.palette.ink));
        for (time, words) in ticks(self.view, self.layout) {
            // The last may stand at the edge.
            let x = self.x(time).min(size.0 - width(&words, SMALL) / 2.0 - 1.0);
            let letters = Letters { size: SMALL, colour: self.palette.muted, bold: false, held: Align::Middle };
            self.on.words((x, plot.y - 14.0), &words, letters);
        }
    }
}

/// What is painted of a row.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part<T> {
    /// A span: the place of it in the row.
    One { x: f64, width: f64, index: usize, of: T },
    /// Spans that are too narrow: their share of the time.
    Many { x: f64, width: f64, share: f64 },
}

/// Goes through a row between two times from left to right: wide spans one by one, the others by columns of a pixel. Each of them
/// costs a binary search at the most, so the whole costs what its width is.
pub(super) fn walk<T: Copy + PartialEq>(
    row: &Spans<T>,
    between: (i64, i64),
    (view, layout): (&LanesView, &Layout),
    mut part: impl FnMut(Part<T>),
) {
    let (from, to) = (between.0.max(view.from), between.1.min(view.to));
    if from >= to {
        return;
    }
    let place = |time: i64| layout.x_of(view, time.clamp(from, to));
    // Times of the edges of columns, never one before another one.
    let time = |x: f64| layout.time_at(view, x).clamp(from, to);
    let is_wide = |index: usize| row.get(index).is_some_and(|(begin, end, _)| place(end) - place(begin) >= WIDE);
    let mut index = row.begun(from.saturating_add(1)).saturating_sub(1);
    // Up to where, and to when, everything is painted; and how long they took until then.
    let (mut edge, mut done, mut had) = (place(from), from, row.until(from));
    while let Some((begin, end, of)) = row.get(index).filter(|(begin, _, _)| *begin < to && done < to) {
        if end <= done {
            index += 1;
            continue;
        }
        // A window of all times that there can be is longer than times can say: its right edge comes before its end.
        if edge > layout.plot.x + layout.plot.width {
            return;
        }
        let (left, right) = (place(begin), place(end));
        if right - left >= WIDE {
            part(Part::One { x: left.max(edge), width: right - left.max(edge), index, of });
            (edge, done) = (right, end);
            had = row.until_in(index + 1, end);
            index += 1;
            continue;
        }
        // The column that it begins in, or goes on in; up to where the next wide one begins.
        let column = (left.max(edge) - layout.plot.x).floor() + layout.plot.x;
        let (mut until, mut stop) = (column + 1.0, time(column + 1.0).max(begin.saturating_add(1)).min(to));
        let mut next = row.begun_after(index + 1, stop) - 1;
        if next > index && is_wide(next) {
            stop = row.get(next).map_or(stop, |(begin, _, _)| begin);
            until = place(stop);
        }
        let (start, x) = (time(column).max(done), column.max(edge));
        let have = row.until_in(next + 1, stop);
        if stop > start && until > x {
            if start > done {
                had = row.until_in(index, start);
            }
            part(Part::Many { x, width: until - x, share: (have - had) as f64 / (stop - start) as f64 });
        }
        (edge, done, had) = (until.max(edge), stop.max(done), have);
        if row.get(next).is_some_and(|(_, end, _)| end <= stop) {
            next += 1;
        }
        index = next;
    }
}

/// The times of the edges of a bar's columns, each a pixel wide.
fn edges(bar: Area, (from, to): (i64, i64)) -> Vec<i64> {
    let length = to.saturating_sub(from) as f64;
    (0..=bar.width.max(0.0) as u32).map(|x| from.saturating_add((f64::from(x) / bar.width * length) as i64)).collect()
}

/// The columns of a bar, each with how many go on in it, on average: by how long they took together until each edge. Columns of
/// no time are left out.
fn columns(bar: Area, edges: &[i64], sums: &[i64], mut column: impl FnMut(f64, f64)) {
    for (x, (edges, sums)) in edges.windows(2).zip(sums.windows(2)).enumerate() {
        if edges[1] > edges[0] {
            column(bar.x + x as f64, sums[1].wrapping_sub(sums[0]).max(0) as f64 / (edges[1] - edges[0]) as f64);
        }
    }
}
