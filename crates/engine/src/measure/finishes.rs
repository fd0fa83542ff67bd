//! When each unit had ended its last operation: of the reading of the clock that its lap has anyway, written down when the unit
//! ends.

use std::sync::atomic::{AtomicU64, Ordering};

/// A trial reports the ends of at most this many units.
const MOST: usize = 200;

/// Of a unit that has not ended.
const NOT_YET: u64 = u64::MAX;

/// A place for each unit, touched before it is needed.
#[derive(Debug)]
pub(super) struct Finishes(Box<[AtomicU64]>);

impl Finishes {
    /// Of this many units.
    pub(super) fn new(units: usize) -> Self {
        Self((0..units).map(|_| AtomicU64::new(NOT_YET)).collect())
    }

    /// This unit had ended its last operation so many nanoseconds after the gate was opened.
    pub(super) fn note(&self, unit: usize, end_ns: u64) {
        if let Some(end) = self.0.get(unit) {
            end.store(end_ns, Ordering::Relaxed);
        }
    }

    /// Those of the units that have ended, ascending: all, or 200 evenly spaced ones with the first and the last.
    pub(super) fn ascending(&self) -> Vec<u64> {
        let ends = self.0.iter().map(|end| end.load(Ordering::Relaxed));
        let mut ends: Vec<u64> = ends.filter(|end| *end != NOT_YET).collect();
        ends.sort_unstable();
        if ends.len() <= MOST {
            return ends;
        }
        (0..MOST).map(|at| ends[at * (ends.len() - 1) / (MOST - 1)]).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::measure::Measure;

    #[test]
    fn ends_are_ascending_and_of_many_units_evenly_spaced_ones_with_the_first_and_the_last() {
        for units in [0, 1, 2, 199, 200, 201, 399, 10_000] {
            let finishes = Finishes::new(units + 1);
            // Backwards, and the last unit never ends.
            (0..units).for_each(|unit| finishes.note(unit, (units - unit) as u64));
            let ends = finishes.ascending();
            assert_eq!(ends.len(), units.min(MOST), "{units}");
            let (first, last) = (ends.first().copied(), ends.last().copied());
            assert_eq!((first, last), ((units > 0).then_some(1), (units > 0).then_some(units as u64)), "{units}");
            let gaps: Vec<u64> = ends.windows(2).map(|pair| pair[1] - pair[0]).collect();
            assert!(
                gaps.iter().max().zip(gaps.iter().min()).is_none_or(|(most, least)| *least >= 1 && most - least <= 1),
                "{units}"
            );
        }
    }

    #[test]
    fn a_unit_s_end_is_that_of_its_last_operation_and_one_without_a_lap_has_none() {
        let measure = Measure::new(3, 1, 42);
        let running = measure.start();
        for unit in [1, 0] {
            let mut lap = measure.lap(unit, 1);
            lap.done();
            // Whatever it does when it has done all.
            std::thread::sleep(Duration::from_millis(2));
        }
        let done = running.stop(0);
        let ends = done.finishes_ns();
        let reported = ["unit_finish_ns.first", "unit_finish_ns.last"].map(|key| done.figures[key] as u64);
        assert_eq!(ends, reported);
        assert!(ends[1] >= ends[0] + 2_000_000, "{ends:?}: one after the other");
        assert!(ends[1] + 2_000_000 <= done.wall.as_nanos() as u64, "{ends:?} of {:?}", done.wall);
    }
}
