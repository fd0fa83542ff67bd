//! Which rows there are, and where: the strip of the whole time and the axis at the top, which stay, and under them the rows of
//! each model, which may be scrolled.

use super::scene::{ModelLanes, Scene};
use super::surface::Area;
use super::view::{LanesView, RowsOf};

/// From a row to the next, pixels; and how high what is painted in it is.
pub(super) const PITCH: f64 = 18.0;
pub(super) const BAR: f64 = 14.0;
/// The row with a model's name.
const NAME: f64 = 24.0;
/// Between two models.
const GAP: f64 = 8.0;
/// Between the names of rows and what is painted.
pub(super) const BESIDE: f64 = 8.0;
/// The axis, between strip and rows.
const AXIS: f64 = 30.0;
/// More models than this have no names beside their strips, only marks.
const NAMED: usize = 6;
/// Narrower than this, names are shorter.
const NARROW: f64 = 560.0;

/// A picture's rows, and where everything is, in pixels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The size of the whole.
    pub size: (f64, f64),
    /// Where rows are, without their names: time goes from its left to its right.
    pub plot: Area,
    /// The strip of the whole time.
    pub strip: Area,
    /// How high all rows are.
    pub height: f64,
    /// The rows from top to bottom.
    pub rows: Vec<Row>,
}

/// A row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Whose it is, by its place.
    pub model: usize,
    /// What it is of.
    pub lane: Lane,
    /// Where it begins, from the top of all rows.
    pub y: f64,
}

/// What a row is of. Threads, units and cores by their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// The model's name.
    Name,
    /// A core.
    Core(u32),
    /// So many cores that have no row of their own.
    MoreCores(u32),
    /// Nothing: the cores are not told.
    NoCores,
    /// A thread.
    Thread(u32),
    /// So many threads that have no row of their own.
    MoreThreads(u32),
    /// A unit.
    Unit(u32),
    /// From this unit to that, in one row.
    Units(u32, u32),
}

impl Row {
    pub(super) fn height(&self) -> f64 {
        if self.lane == Lane::Name { NAME } else { PITCH }
    }
}

impl Layout {
    /// The time at this place, from the left.
    #[must_use]
    pub fn time_at(&self, view: &LanesView, x: f64) -> i64 {
        view.from.saturating_add(((x - self.plot.x) / self.plot.width * view.length() as f64) as i64)
    }

    /// The place of a time, from the left; it may be outside of what is seen.
    #[must_use]
    pub fn x_of(&self, view: &LanesView, time: i64) -> f64 {
        self.plot.x + time.saturating_sub(view.from) as f64 / view.length() as f64 * self.plot.width
    }

    /// The time at this place of the strip of all that there is.
    #[must_use]
    pub fn strip_time(&self, (from, to): (i64, i64), x: f64) -> i64 {
        let share = ((x - self.strip.x) / self.strip.width).clamp(0.0, 1.0);
        from.saturating_add((share * to.saturating_sub(from) as f64) as i64)
    }

    /// How far rows can be scrolled.
    #[must_use]
    pub fn most_scroll(&self) -> u32 {
        (self.height - self.plot.height).max(0.0).ceil() as u32
    }

    /// Where a row is on the surface, with its name.
    #[must_use]
    pub fn area_of(&self, view: &LanesView, row: &Row) -> Area {
        let y = self.plot.y + row.y - f64::from(view.scroll.min(self.most_scroll()));
        Area { x: 0.0, y, width: self.size.0, height: row.height() }
    }

    /// The row at this height of the surface.
    #[must_use]
    pub fn row_at(&self, view: &LanesView, y: f64) -> Option<&Row> {
        let y = y - self.plot.y + f64::from(view.scroll.min(self.most_scroll()));
        let row = self.rows.get(self.rows.partition_point(|row| row.y <= y).checked_sub(1)?)?;
        (y < row.y + row.height()).then_some(row)
    }

    /// The lanes that have rows of their own, of a row of those that have none.
    pub(super) fn others(&self, row: &Row) -> Vec<Lane> {
        let is_alike = |lane: &Lane| match row.lane {
            Lane::MoreThreads(_) => matches!(lane, Lane::Thread(_)),
            Lane::MoreCores(_) => matches!(lane, Lane::Core(_)),
            _ => false,
        };
        self.rows.iter().filter(|other| other.model == row.model).map(|other| other.lane).filter(is_alike).collect()
    }

    /// Whether there is little room from left to right.
    pub(super) fn is_narrow(&self) -> bool {
        self.size.0 < NARROW
    }

    /// From a model's strip to the next.
    pub(super) fn strip_pitch(models: usize) -> f64 {
        if models > NAMED { 10.0 } else { 15.0 }
    }
}

impl Scene {
    /// The rows for this view, and where everything is on a surface of this size.
    #[must_use]
    pub fn layout(&self, view: &LanesView, size: (f64, f64)) -> Layout {
        let narrow = size.0 < NARROW;
        let (left, right) = if narrow { (92.0, 14.0) } else { (148.0, 32.0) };
        let width = (size.0 - left - right).max(1.0);
        let strip = Area { x: left, y: 8.0, width, height: self.models.len() as f64 * Layout::strip_pitch(self.models.len()) };
        let top = strip.y + strip.height + AXIS;
        let plot = Area { x: left, y: top, width, height: (size.1 - top).max(1.0) };
        let wanted: Vec<Wanted> =
            self.models.iter().enumerate().map(|(place, model)| Wanted::of(model, view, view.open.contains(&place))).collect();
        let most = most_rows(&wanted, plot.height);
        let (mut rows, mut y) = (Vec::new(), 0.0);
        for (model, (lanes, wanted)) in self.models.iter().zip(&wanted).enumerate() {
            let most = if wanted.open { usize::MAX } else { most };
            let mut push = |lane: Lane| {
                let row = Row { model, lane, y };
                y += row.height();
                rows.push(row);
            };
            push(Lane::Name);
            match view.rows {
                RowsOf::Units => units(lanes, most, &mut push),
                of => {
                    if of != RowsOf::Threads {
                        cores(lanes, of, most, &mut push);
                    }
                    if of != RowsOf::Cores {
                        threads(lanes, view, most, &mut push);
                    }
                }
            }
            y += GAP;
        }
        Layout { size, plot, strip, height: y, rows }
    }
}

/// How many rows a model would have of each kind.
struct Wanted {
    open: bool,
    kinds: [usize; 2],
}

impl Wanted {
    fn of(model: &ModelLanes, view: &LanesView, open: bool) -> Self {
        let cores = if model.knows_cores() { model.cores.len() } else { usize::from(view.rows == RowsOf::Cores) };
        let kinds = match view.rows {
            RowsOf::Both => [cores, model.threads.len()],
            RowsOf::Cores => [cores, 0],
            RowsOf::Threads => [0, model.threads.len()],
            RowsOf::Units => [0, model.units().rows.len()],
        };
        Self { open, kinds }
    }
}

/// How many rows each kind of each model may have, so that all fill this height; two at least.
fn most_rows(wanted: &[Wanted], height: f64) -> usize {
    let fixed = wanted.len() as f64 * (NAME + GAP);
    let room = ((height - fixed).max(0.0) / PITCH) as usize;
    let rows = |most: usize| {
        let of =
            |wanted: &Wanted| wanted.kinds.map(|count| if wanted.open { count } else { count.min(most) }).iter().sum::<usize>();
        wanted.iter().map(of).sum::<usize>()
    };
    let most = wanted.iter().flat_map(|wanted| wanted.kinds).max().unwrap_or_default().min(room);
    (2..=most.max(2)).rev().find(|most| rows(*most) <= room).unwrap_or(2)
}

fn cores(model: &ModelLanes, of: RowsOf, most: usize, push: &mut impl FnMut(Lane)) {
    if !model.knows_cores() {
        if of == RowsOf::Cores {
            push(Lane::NoCores);
        }
        return;
    }
    let count = model.cores.len();
    let shown = if count > most { most - 1 } else { count };
    (0..shown).for_each(|core| push(Lane::Core(core as u32)));
    if shown < count {
        push(Lane::MoreCores((count - shown) as u32));
    }
}

fn threads(model: &ModelLanes, view: &LanesView, most: usize, push: &mut impl FnMut(Lane)) {
    let count = model.threads.len();
    if count <= most {
        (0..count).for_each(|thread| push(Lane::Thread(thread as u32)));
        return;
    }
    // Those that ran longest, and long enough: of a window that stays the same while the view moves a little.
    let half = (view.length().unsigned_abs().next_power_of_two() / 2).max(1).cast_signed();
    let from = view.from.div_euclid(half).saturating_mul(half);
    let to = from.saturating_add(half.saturating_mul(3));
    let mut shown: Vec<(i64, usize)> =
        model.threads.iter().enumerate().map(|(place, thread)| (-thread.stints.during(from, to), place)).collect();
    shown.sort_unstable();
    shown.truncate(most - 1);
    shown.sort_unstable_by_key(|(_, place)| *place);
    shown.iter().for_each(|(_, thread)| push(Lane::Thread(*thread as u32)));
    push(Lane::MoreThreads((count - shown.len()) as u32));
}

fn units(model: &ModelLanes, most: usize, push: &mut impl FnMut(Lane)) {
    let units = model.units();
    let count = units.rows.len();
    if count <= most {
        (0..count).for_each(|unit| push(Lane::Unit(unit as u32)));
        return;
    }
    let each = units.group * units.groups.len().div_ceil(most);
    for first in (0..count).step_by(each) {
        push(Lane::Units(first as u32, (first + each).min(count) as u32 - 1));
    }
}
