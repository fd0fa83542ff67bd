//! `wait`: units that do nothing but wait for a timer. What differs is what a waiting unit costs, and how late it wakes.

mod actix_actors;
mod smol_tasks;
mod threads;
mod tokio_tasks;

use std::collections::BTreeMap;
use std::time::Duration;

use protocol::catalog::Unit;

use crate::cells;
use crate::measure::Latency;
use crate::parameters::{count, parameters};
use crate::workload::{Contract, MEMORY_BYTES, figure, headline, noun};

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
    Contract {
        id: "wait",
        name: "Wait: timers",
        summary: "Units that only wait: what one costs, and how late it wakes",
        help: "Each unit waits for a timer, several times. Waiting is no work, so this says nothing about speed: it shows how \
               many units can wait at once, what memory they take, and by how much they oversleep.",
        unit: noun("sleeper", "sleepers"),
        operation: noun("wait", "waits"),
        latency: "from asking for a wait to being awake again",
        scope: &["closed loop", "a wait claims memory, never speed"],
        headline: headline(MEMORY_BYTES, "{units} sleepers", "finished"),
        figures: vec![
            figure(
                "oversleep_p50_ns",
                "Oversleep, median",
                Unit::Nanoseconds,
                "Actual minus asked: half of the waits were at most this late.",
            ),
            figure(
                "oversleep_p99_ns",
                "Oversleep, p99",
                Unit::Nanoseconds,
                "Actual minus asked: 99 of 100 waits were at most this late.",
            ),
            figure(
                "oversleep_max_ns",
                "Oversleep, greatest",
                Unit::Nanoseconds,
                "Actual minus asked, for the latest of all waits.",
            ),
        ],
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
        },
        warm_up: |params| Params { units: params.units.min(16), rounds: 1, wait_ms: 1 },
        operations: |params| params.units as u64 * params.rounds,
        answer: |params, _| params.units as u64 * params.rounds,
        figure_values,
    }
}

fn figure_values(params: Params, latency: &Latency) -> BTreeMap<String, f64> {
    let oversleep = |actual: u64| (actual as f64 - params.wait().as_nanos() as f64).max(0.0);
    let values = [("oversleep_p50_ns", latency.p50), ("oversleep_p99_ns", latency.p99), ("oversleep_max_ns", latency.max)];
    values.into_iter().map(|(key, actual)| (key.to_owned(), oversleep(actual))).collect()
}
