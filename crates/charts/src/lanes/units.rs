//! What units did, from what threads did: where a deed and a stint of the same thread meet, a unit ran.

use super::scene::{Did, ThreadLane};
use super::spans::{Pile, Spans};

/// What the units of a model did; each has a place, by its number.
#[derive(Debug, Default)]
pub(super) struct Units {
    /// Their numbers, ascending. Some may be missing: of these nothing is told.
    pub(super) numbers: Vec<u32>,
    /// When each ran, and by which deed of which thread.
    pub(super) rows: Vec<Spans<Ran>>,
    /// The deeds of each in order.
    pub(super) deeds: Vec<Spans<Deed>>,
    /// Units beside each other, so many in each.
    pub(super) group: usize,
    /// When those of each group ran.
    pub(super) groups: Vec<Pile>,
}

/// A time during which a unit ran: the thread, and the place of the deed among those of the thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ran {
    pub(super) thread: u32,
    pub(super) deed: u32,
}

/// What a unit did, and on which thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Deed {
    pub(super) thread: u32,
    pub(super) did: Did,
}

/// More groups than this have no room.
const MOST_GROUPS: usize = 24;

impl Units {
    pub(super) fn of(threads: &[ThreadLane]) -> Self {
        let all = threads.iter().flat_map(|lane| lane.deeds.from(0).filter_map(|(_, _, did)| did.unit));
        let mut numbers: Vec<u32> = all.collect();
        numbers.sort_unstable();
        numbers.dedup();
        let count = numbers.len();
        let mut units = Self { numbers, group: count.div_ceil(MOST_GROUPS).next_power_of_two(), ..Self::default() };
        units.rows.resize_with(count, Spans::default);
        units.deeds.resize_with(count, Spans::default);
        units.groups.resize_with(count.div_ceil(units.group), Pile::default);
        for (thread, lane) in threads.iter().enumerate() {
            units.take(thread as u32, lane);
        }
        for (unit, row) in units.rows.iter_mut().enumerate() {
            row.settle();
            units.deeds[unit].settle();
            let group = &mut units.groups[unit / units.group];
            row.from(0).for_each(|(from, to, _)| group.push(from, to));
        }
        units.groups.iter_mut().for_each(Pile::settle);
        units
    }

    /// What units did on a thread.
    fn take(&mut self, thread: u32, lane: &ThreadLane) {
        let mut stint = 0;
        for (index, (from, to, did)) in lane.deeds.from(0).enumerate() {
            let Some(unit) = did.unit.and_then(|unit| self.place(unit)) else { continue };
            self.deeds[unit].push(from, to, Deed { thread, did });
            while lane.stints.get(stint).is_some_and(|(_, end, _)| end <= from) {
                stint += 1;
            }
            for (begin, end, _) in lane.stints.from(stint).take_while(|(begin, _, _)| *begin < to) {
                if begin.max(from) < end.min(to) {
                    self.rows[unit].push(begin.max(from), end.min(to), Ran { thread, deed: index as u32 });
                }
            }
        }
    }

    /// The place of the unit with this number.
    pub(super) fn place(&self, number: u32) -> Option<usize> {
        self.numbers.binary_search(&number).ok()
    }
}
