//! `wait`: units that do nothing but wait for a timer. What differs is what a waiting unit costs, and how late it wakes.

mod actix_actors;
mod io_uring;
mod per_core;
mod smol_tasks;
mod threads;
mod tokio_tasks;

use std::sync::Arc;
use std::time::{Duration, Instant};

use protocol::catalog::Unit;

use crate::cells;
use crate::measure::{BYTES_PER_UNIT, Done, Growth, Recorder};
use crate::parameters::{count, parameters};
use crate::workload::{Contract, all_at_once, cost, headline, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 1_000_000, 1_000)
            .label("Sleepers")
            .unit("units")
            .log()
            .help("Threads, tasks or actors that wait at the same time."),
        rounds: u64 = count(1, 100_000, 5)
            .label("Waits each")
            .unit("waits")
            .log()
            .of_work()
            .help("How often each of them waits, one wait after the other."),
        wait_ms: u64 = count(1, 10_000, 100)
            .label("Length of a wait")
            .unit("ms")
            .log()
            .help("What each wait asks for. Tokio's timers tick every 1 ms; the operating system's have no ticks."),
    }
}

impl Params {
    fn wait(self) -> Duration {
        Duration::from_millis(self.wait_ms)
    }
}

pub(super) fn workload() -> Contract<Params> {
    let mut figures = vec![
        cost(
            "oversleep_p50_ns",
            "Oversleep, median",
            Unit::Nanoseconds,
            "Actual minus asked: half of the waits were at most this late.",
        ),
        cost(
            "oversleep_p99_ns",
            "Oversleep, p99",
            Unit::Nanoseconds,
            "Actual minus asked: 99 of 100 waits were at most this late.",
        ),
        cost("oversleep_max_ns", "Oversleep, greatest", Unit::Nanoseconds, "Actual minus asked, for the latest of all waits."),
    ];
    figures.extend(Growth::quantities());
    Contract {
        id: "wait",
        source: (file!(), include_str!("mod.rs")),
        name: "Wait: timers",
        summary: "Units that only wait: what one costs, and how late it wakes",
        help: "Each unit waits for a timer, again and again. Waiting is no work, so this says nothing about speed: it shows \
               what memory a waiting unit takes, and by how much it oversleeps. Memory is read before the first unit is made, \
               and again as the last of them begins to wait; the difference is divided among them. It takes some hundreds of \
               units to say much about one. Each oversleep is recorded as such, to three digits however long the wait; a wait \
               that ended early would make the trial invalid.",
        unit: noun("sleeper", "sleepers"),
        operation: noun("wait", "waits"),
        latency: "from asking for a wait to being awake again",
        scope: &["closed loop", "a wait claims memory, never speed", "resident, not reserved"],
        headline: headline(BYTES_PER_UNIT, "{units} sleepers", "held"),
        figures,
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1),
            thread_pool => "a thread of a pool waits for one unit at a time, so the others would queue instead of waiting",
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs"),
            actix_sync => "a thread of a SyncArbiter waits for one unit at a time, so the others would queue instead of waiting",
            rayon_pool => "Rayon's threads are for work: one that waits leaves a core without a thread, and the other units \
                           would queue instead of waiting",
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
            actix_rt => (per_core, "per_core.rs"),
            tokio_per_core => (per_core, "per_core.rs"),
            io_uring => (io_uring, "io_uring.rs"),
            tokio_actors => "nobody would write an actor that waits for a timer and is sent nothing: see tokio",
        },
        // Few units: it is their memory that is measured, and the heap must not have grown for them before.
        warm_up: |params| Params { units: params.units.min(16), rounds: 1, wait_ms: 1 },
        by_time: true,
        at_once: all_at_once,
        operations: |params| params.units as u64 * params.rounds,
        // Waits that were long enough: all.
        answer: |_, _, work| work.operations(),
        figure_values: no_figures,
    }
}

/// By how much units overslept: actual minus asked.
#[derive(Clone, Debug)]
struct Oversleep(Arc<Recorder>);

impl Oversleep {
    fn new() -> Self {
        Self(Arc::new(Recorder::new()))
    }

    /// A wait that was asked for then has ended: how many this is of those that were long enough, 0 or 1.
    fn awake(&self, params: Params, asked: Instant) -> u64 {
        let over = asked.elapsed().checked_sub(params.wait());
        over.map_or(0, |over| {
            self.0.record(over);
            1
        })
    }

    /// With what is known when all have ended; `growth` was read before the units were made and while they waited.
    fn with_figures(&self, done: Done, growth: &Growth) -> Done {
        let late = self.0.summary();
        let figures = [
            ("oversleep_p50_ns", late.and_then(|late| late.p50)),
            ("oversleep_p99_ns", late.and_then(|late| late.p99)),
            ("oversleep_max_ns", late.map(|late| late.max)),
        ];
        let done = growth.per_unit().iter().fold(done, |done, (key, value)| done.with(key, value));
        figures.into_iter().fold(done, |done, (key, value)| match value {
            Some(value) => done.with(key, value as f64),
            None => done,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_that_ended_early_is_none_of_those_that_were_long_enough() {
        let (params, oversleep) = (Params { units: 1, rounds: 1, wait_ms: 10_000 }, Oversleep::new());
        let now = Instant::now();
        assert_eq!(oversleep.awake(params, now), 0);
        assert_eq!(oversleep.0.count(), 0);
        // Ten seconds and five ago, of a machine that has been up for as long.
        let Some(before) = now.checked_sub(Duration::from_secs(15)) else { return };
        assert_eq!(oversleep.awake(params, before), 1);
        assert!(oversleep.0.summary().is_some_and(|late| late.max >= 4_990_000_000));
    }
}
