//! What is under a point, and where the keyboard goes from there. What is hit is what is painted: both ask the same rows.

use serde::{Deserialize, Serialize};

use super::layout::{Lane, Layout, Row};
use super::scene::{Did, ModelLanes, Scene};
use super::spans::{FURTHEST, Spans};
use super::view::LanesView;

/// A piece of a row: a time in which one thing went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Whose it is, by its place.
    pub model: usize,
    /// In which row.
    pub lane: Lane,
    /// From when.
    pub from: i64,
    /// To when.
    pub to: i64,
    /// What went on.
    pub what: What,
}

/// What went on. Threads by their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A thread ran.
    Ran(u32),
    /// A thread could have run and had no core.
    Ready(u32),
    /// A thread or a unit did not run, and whether it could have is not told.
    Away,
    /// No thread of this model had this core.
    Idle,
    /// Several lanes are painted together, and had cores for so long, nanoseconds.
    Together(i64),
}

impl Spot {
    /// Whether nothing is painted there but the ground.
    #[must_use]
    pub fn is_gap(&self) -> bool {
        matches!(self.what, What::Away | What::Idle)
    }

    /// The thread, if it is of one.
    pub(super) fn thread(&self) -> Option<u32> {
        match (self.what, self.lane) {
            (What::Ran(thread) | What::Ready(thread), _) | (_, Lane::Thread(thread)) => Some(thread),
            _ => None,
        }
    }
}

/// Where the keyboard goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SpotStep {
    /// To what is painted before it in its row.
    Before,
    /// To what is painted after it.
    After,
    /// To the row above, at the same time.
    Above,
    /// To the row below.
    Below,
}

/// What is nearer than this to the pointer, pixels, is meant if there is nothing at it.
const NEAR: f64 = 2.0;

/// In a row of many lanes, a step is this part of the window.
const STEPS: i64 = 40;

impl Scene {
    /// What is painted at this point; nothing beside the rows.
    #[must_use]
    pub fn at(&self, view: &LanesView, layout: &Layout, x: f64, y: f64) -> Option<Spot> {
        if y < layout.plot.y || x > layout.plot.x + layout.plot.width {
            return None;
        }
        let row = layout.row_at(view, y)?;
        if x < layout.plot.x {
            let together = matches!(row.lane, Lane::MoreCores(_) | Lane::MoreThreads(_) | Lane::Units(..));
            return together.then(|| self.spot(view, layout, row, view.from)).flatten();
        }
        let spot = self.spot(view, layout, row, layout.time_at(view, x))?;
        if !spot.is_gap() {
            return Some(spot);
        }
        let (left, right) = (layout.time_at(view, x - NEAR), layout.time_at(view, x + NEAR));
        let after = self.beside(view, layout, &spot, SpotStep::After).filter(|spot| spot.from <= right);
        Some(after.or_else(|| self.beside(view, layout, &spot, SpotStep::Before).filter(|spot| spot.to >= left)).unwrap_or(spot))
    }

    /// The first thing that is painted, from which the keyboard goes on.
    #[must_use]
    pub fn first(&self, view: &LanesView, layout: &Layout) -> Option<Spot> {
        let first = |row: &Row| {
            let spot = self.spot(view, layout, row, view.from)?;
            let spot = if spot.is_gap() { self.beside(view, layout, &spot, SpotStep::After)? } else { spot };
            (spot.from < view.to).then_some(spot)
        };
        layout.rows.iter().find_map(first)
    }

    /// What the keyboard reaches from there; nothing at the end of a row, and above the first or below the last of them.
    #[must_use]
    pub fn step(&self, view: &LanesView, layout: &Layout, spot: &Spot, to: SpotStep) -> Option<Spot> {
        let down = match to {
            SpotStep::Before | SpotStep::After => return self.beside(view, layout, spot, to),
            SpotStep::Above => false,
            SpotStep::Below => true,
        };
        let here = layout.rows.iter().position(|row| row.model == spot.model && row.lane == spot.lane)?;
        let (from, to) = (spot.from.max(view.from), spot.to.min(view.to));
        let middle = if from < to { from + (to - from) / 2 } else { spot.from };
        let at = |row: &Row| self.spot(view, layout, row, middle);
        if down { layout.rows[here + 1..].iter().find_map(at) } else { layout.rows[..here].iter().rev().find_map(at) }
    }

    /// What is painted in the same row before it or after it.
    fn beside(&self, view: &LanesView, layout: &Layout, spot: &Spot, to: SpotStep) -> Option<Spot> {
        let row = Row { model: spot.model, lane: spot.lane, y: 0.0 };
        let mut spot = *spot;
        // A gap lies between two of them at the most.
        for _ in 0..3 {
            let time = if to == SpotStep::Before { spot.from.checked_sub(1)? } else { spot.to };
            if time >= FURTHEST || time <= -FURTHEST {
                return None;
            }
            spot = self.spot(view, layout, &row, time)?;
            if !spot.is_gap() {
                return Some(spot);
            }
        }
        None
    }

    /// What goes on in a row at this time.
    fn spot(&self, view: &LanesView, layout: &Layout, row: &Row, at: i64) -> Option<Spot> {
        let model = self.models.get(row.model)?;
        let (what, from, to) = match row.lane {
            Lane::Name | Lane::NoCores => return None,
            Lane::Core(core) => model.on_core(core, at)?,
            Lane::Thread(thread) => model.in_thread(thread, at)?,
            Lane::Unit(unit) => model.in_unit(unit, at)?,
            Lane::MoreCores(_) | Lane::MoreThreads(_) | Lane::Units(..) => {
                let each = (view.length() / STEPS).max(1);
                let from = at.div_euclid(each).saturating_mul(each);
                let (to, others) = (from.saturating_add(each), layout.others(row));
                let sums = model.together(row.lane, &others, &[from, to]);
                (What::Together(sums[1].wrapping_sub(sums[0]).max(0)), from, to)
            }
        };
        Some(Spot { model: row.model, lane: row.lane, from, to, what })
    }

    /// The line of the cell's file that told of what was going on there.
    #[must_use]
    pub fn line_of(&self, spot: &Spot) -> Option<u32> {
        let (_, _, did) = self.models.get(spot.model)?.deed_in(spot)?;
        (did.line > 0).then_some(did.line)
    }
}

impl ModelLanes {
    fn on_core(&self, core: u32, at: i64) -> Option<(What, i64, i64)> {
        let (_, row) = self.cores.get(core as usize)?;
        let Some((from, to, thread)) = row.at(at).and_then(|index| row.get(index)) else {
            let (from, to) = gap(row, at);
            return Some((What::Idle, from, to));
        };
        // As it is painted: divided where a deed ends.
        let deeds = &self.thread(thread)?.deeds;
        let next = deeds.ended(at);
        let begin = next.checked_sub(1).and_then(|last| deeds.get(last)).map_or(from, |(_, end, _)| end.max(from));
        let end = deeds.get(next).map_or(to, |(_, end, _)| end.min(to));
        Some((What::Ran(thread), begin, end))
    }

    fn in_thread(&self, thread: u32, at: i64) -> Option<(What, i64, i64)> {
        let lane = self.thread(thread)?;
        if let Some((from, to, _)) = lane.stints.at(at).and_then(|index| lane.stints.get(index)) {
            return Some((What::Ran(thread), from, to));
        }
        let (left, right) = gap(&lane.stints, at);
        if let Some((from, to, ())) = lane.ready.at(at).and_then(|index| lane.ready.get(index)) {
            return Some((What::Ready(thread), from.max(left), to.min(right)));
        }
        let (from, to) = gap(&lane.ready, at);
        Some((What::Away, from.max(left), to.min(right)))
    }

    fn in_unit(&self, unit: u32, at: i64) -> Option<(What, i64, i64)> {
        let units = self.units();
        let (row, deeds) = (units.rows.get(unit as usize)?, &units.deeds[unit as usize]);
        if let Some((from, to, ran)) = row.at(at).and_then(|index| row.get(index)) {
            return Some((What::Ran(ran.thread), from, to));
        }
        let (mut from, mut to) = gap(row, at);
        match deeds.at(at).and_then(|index| deeds.get(index)) {
            Some((begin, end, deed)) => {
                (from, to) = (from.max(begin), to.min(end));
                let (what, begin, end) = self.in_thread(deed.thread, at)?;
                let what = if matches!(what, What::Ready(_)) { what } else { What::Away };
                Some((what, from.max(begin), to.min(end)))
            }
            None => {
                let (begin, end) = gap(deeds, at);
                Some((What::Away, from.max(begin), to.min(end)))
            }
        }
    }

    /// What was being done there: the deed of its thread that ends next, if it had begun.
    pub(super) fn deed_in(&self, spot: &Spot) -> Option<(i64, i64, Did)> {
        let deeds = &self.thread(spot.thread()?)?.deeds;
        deeds.get(deeds.ended(spot.from)).filter(|(from, _, _)| *from < spot.to)
    }
}

/// The time around this moment in which none of these goes on.
fn gap<T: Copy + PartialEq>(row: &Spans<T>, at: i64) -> (i64, i64) {
    let next = row.begun(at.saturating_add(1));
    let before = next.checked_sub(1).and_then(|last| row.get(last)).map_or(-FURTHEST, |(_, to, _)| to);
    let after = row.get(next).map_or(FURTHEST, |(from, _, _)| from);
    (before.min(at), after)
}
