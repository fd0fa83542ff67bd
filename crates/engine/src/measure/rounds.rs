//! How often something is done again: a fixed number of times, or until the measured time is over.
//!
//! Measured by work, each unit does a fixed number of operations, and at the end ever fewer of them are active. Measured by time,
//! all are active until the last moment, and how many operations each came to says who starved. Nobody keeps a watch: whoever
//! reads the clock anyway, at the end of an operation that is timed, and finds the time to be over, says so to all.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use protocol::Values;
use serde::{Deserialize, Serialize};

use super::Measure;
use crate::method::Setting;
use crate::setting;

setting! {
    /// What ends the measured part.
    pub(crate) enum MeasureBy: "measure" {
        /// That so much time has passed.
        Time = "time" / "a fixed time",
        /// That a fixed amount of work has been done.
        Work = "work" / "fixed work",
    }
    label: "Measure",
    help: "For a fixed time all units are active until the end, and the operations of each are counted. With fixed work each does \
           the same number, and those that are done first then wait for the last."
}

/// The method's field for the length of a measured part, milliseconds.
pub(crate) const MEASURE_MS: &str = "measure_ms";

/// How long the measured part is to be by this method; `None` if its work is fixed.
pub(crate) fn time(method: &Values) -> Option<Duration> {
    let milliseconds = method.get(MEASURE_MS).and_then(protocol::Value::integer)?;
    (MeasureBy::of(method) == MeasureBy::Time).then(|| Duration::from_millis(milliseconds))
}

/// When the measured part is to end.
#[derive(Debug)]
pub(super) struct Budget {
    /// How long it lasts; `None` if its work is fixed.
    time: Option<Duration>,
    is_over: AtomicBool,
    /// Operations of each unit, in a trial that is measured by time: the expected answer depends on them.
    of_units: Box<[AtomicU64]>,
}

impl Budget {
    /// As this method has it, for this many units.
    pub(super) fn of(method: &Values, units: usize) -> Self {
        let time = time(method);
        let counted = if time.is_some() { units } else { 0 };
        let of_units = (0..counted).map(|_| AtomicU64::new(0)).collect();
        Self { time, is_over: AtomicBool::new(false), of_units }
    }

    /// Whether it ends when a time is over.
    pub(super) fn is_by_time(&self) -> bool {
        self.time.is_some()
    }

    /// Whether one that has done so many of its `rounds` does another.
    pub(super) fn has_room(&self, done: u64, rounds: u64) -> bool {
        match self.time {
            None => done < rounds,
            Some(_) => !self.is_over.load(Ordering::Relaxed),
        }
    }

    /// It is `now`, and the measured part began at `since`.
    pub(super) fn look(&self, since: Instant, now: Instant) {
        if self.time.is_some_and(|time| now.duration_since(since) >= time) {
            self.is_over.store(true, Ordering::Relaxed);
        }
    }

    /// A unit has ended after this many operations.
    pub(super) fn ended(&self, unit: usize, operations: u64) {
        if let Some(count) = self.of_units.get(unit) {
            count.fetch_add(operations, Ordering::Relaxed);
        }
    }

    /// What was done, of all these operations.
    pub(super) fn work(&self, operations: u64) -> Work {
        let of_units = self.time.map(|_| self.of_units.iter().map(|count| count.load(Ordering::Relaxed)).collect());
        Work { operations, of_units }
    }
}

/// What the units of a trial did, for the expected answer.
#[derive(Clone, Debug)]
pub struct Work {
    operations: u64,
    /// `None` if each did as many as it was asked for.
    of_units: Option<Box<[u64]>>,
}

impl Work {
    /// With fixed work, this many operations in all.
    #[must_use]
    pub fn fixed(operations: u64) -> Self {
        Self { operations, of_units: None }
    }

    /// Operations of this unit, which was asked for so many `rounds`.
    #[must_use]
    pub fn of(&self, unit: usize, rounds: u64) -> u64 {
        match &self.of_units {
            None => rounds,
            Some(of_units) => of_units.get(unit).copied().unwrap_or(0),
        }
    }

    /// Operations of all units.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.operations
    }
}

/// What ends the operations of clients that are not of this process.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) enum Until {
    /// That so many have been begun.
    Work(u64),
    /// That so much time has passed: none is begun any more.
    Time(Duration),
}

/// Something that is done again and again by one unit, or for all of them.
#[derive(Debug)]
pub struct Rounds {
    measure: Measure,
    done: u64,
    rounds: u64,
}

impl Measure {
    /// The end of so many operations, or of as many as there is time for.
    pub(crate) fn until(&self, operations: u64) -> Until {
        self.0.budget.time.map_or(Until::Work(operations), Until::Time)
    }

    /// So many rounds, or as many as there is time for, but one at least.
    #[must_use]
    pub fn rounds(&self, rounds: u64) -> Rounds {
        Rounds { measure: self.clone(), done: 0, rounds }
    }
}

impl Rounds {
    /// Which round is to be done now, from 0; `None` if there is none left. Reads the clock if the measuring is by time: it is for
    /// rounds that are long beside that.
    pub fn another(&mut self) -> Option<u64> {
        let inner = &self.measure.0;
        if let Some(since) = inner.opened.get().filter(|_| self.done > 0 && inner.budget.time.is_some()) {
            inner.budget.look(*since, Instant::now());
        }
        let round = self.done;
        inner.budget.has_room(round, self.rounds).then(|| {
            self.done += 1;
            round
        })
    }
}
