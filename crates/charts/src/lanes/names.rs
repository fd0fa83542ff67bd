//! What rows are called, and what several lanes do together.

use protocol::parameter::grouped;

use super::layout::Lane;
use super::scene::{ModelLanes, Scene};

impl Scene {
    /// What a row is called.
    #[must_use]
    pub fn lane_name(&self, model: usize, lane: Lane) -> String {
        let Some(of) = self.models.get(model) else { return String::new() };
        let number = |place: u32| of.units().numbers.get(place as usize).copied().unwrap_or_default();
        match lane {
            Lane::Name => of.model.name.clone(),
            Lane::NoCores => "cores".to_owned(),
            Lane::Core(core) => of.cores.get(core as usize).map_or_else(String::new, |(number, _)| format!("core {number}")),
            Lane::MoreCores(count) => format!("{} more", grouped(u64::from(count))),
            Lane::Thread(thread) => self.thread_name(model, thread),
            Lane::MoreThreads(count) => format!("{} more", grouped(u64::from(count))),
            Lane::Unit(unit) => self.unit_name(number(unit)),
            Lane::Units(first, last) if first == last => self.unit_name(number(first)),
            Lane::Units(first, last) => {
                let [first, last] = [first, last].map(|place| grouped(u64::from(number(place))));
                format!("{} {first}–{last}", self.words.unit.many)
            }
        }
    }

    /// "connection 417", by its number.
    pub(super) fn unit_name(&self, number: u32) -> String {
        format!("{} {}", self.words.unit.one, grouped(u64::from(number)))
    }

    /// What a thread is called: one of a single unit, and with no name of its own, as its unit.
    pub(super) fn thread_name(&self, model: usize, thread: u32) -> String {
        let Some(lane) = self.models.get(model).and_then(|model| model.thread(thread)) else { return String::new() };
        match lane.own_unit() {
            Some(unit) => self.unit_name(unit),
            None => lane.name.clone(),
        }
    }
}

impl ModelLanes {
    /// How long the lanes of a row took together until each of these moments, which are in order: all but the others, which have
    /// rows of their own. Only differences of it mean something.
    pub(super) fn together(&self, lane: Lane, others: &[Lane], moments: &[i64]) -> Vec<i64> {
        let mut sums = vec![0_i64; moments.len()];
        if let Lane::Units(first, last) = lane {
            let units = self.units();
            let groups = first as usize / units.group.max(1)..=last as usize / units.group.max(1);
            for group in units.groups.get(groups).into_iter().flatten() {
                group.until_each(moments, |index, until| sums[index] = sums[index].wrapping_add(until));
            }
            return sums;
        }
        self.whole.until_each(moments, |index, until| sums[index] = until);
        let mut without = |index: usize, until: i64| sums[index] = sums[index].wrapping_sub(until);
        for other in others {
            match *other {
                Lane::Core(core) => {
                    if let Some((_, row)) = self.cores.get(core as usize) {
                        row.until_each(moments, &mut without);
                    }
                }
                Lane::Thread(thread) => {
                    if let Some(lane) = self.thread(thread) {
                        lane.stints.until_each(moments, &mut without);
                    }
                }
                _ => {}
            }
        }
        sums
    }
}
