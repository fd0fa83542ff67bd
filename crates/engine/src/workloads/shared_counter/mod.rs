//! `shared-counter`: all units add to one number. What differs is how they keep out of each other's way.

mod actix_actors;
mod rayon_pool;
mod smol_tasks;
mod thread_pool;
mod threads;
mod tokio_tasks;

use crate::cells;
use crate::parameters::{choice, choices, count, parameters};
use crate::workload::{Contract, OPS_PER_S, headline, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 100_000, 8)
            .label("Units")
            .unit("units")
            .log()
            .help("Threads, tasks or actors that add to the same number."),
        increments: u64 = count(100, 10_000_000, 100_000)
            .multiple_of(100)
            .label("Increments each")
            .unit("increments")
            .log()
            .help("How often each of them adds one."),
        lock: Lock = choice(Lock::OPTIONS)
            .label("Mutex of the tasks")
            .help("std's blocks the worker for a moment; the runtime's own gives way at .await, and may be held across one. \
                   Threads always use std's, actors use none."),
    }
}

choices! {
    /// Which mutex the tasks use.
    pub(super) enum Lock { Std = "std" / "std's", Async = "async" / "the runtime's" }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "shared-counter",
        name: "Shared counter",
        summary: "All units add to one number: a mutex, or an actor that owns it",
        help: "Threads take std's mutex for each increment, tasks std's or their runtime's; an actor owns the number and is \
               asked to add one, so each increment is a message and its answer. An increment is too short for a clock reading of \
               its own: they are timed in batches of 500, and the latency of each is their mean.",
        unit: noun("unit", "units"),
        operation: noun("increment", "increments"),
        latency: "mean of a batch of 500 increments",
        scope: &["closed loop", "in memory"],
        headline: headline(OPS_PER_S, "{units} units adding to one number", "made"),
        figures: Vec::new(),
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1),
            thread_pool => (thread_pool, "thread_pool.rs"),
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs"),
            actix_sync => "each thread of a SyncArbiter has an actor of its own, so there is no state that they share",
            rayon_pool => (rayon_pool, "rayon_pool.rs"),
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
        },
        warm_up: |params| Params { units: params.units.min(8), increments: 100, ..params },
        operations: |params| params.units as u64 * params.increments,
        answer: |params, _| params.units as u64 * params.increments,
        figure_values: no_figures,
    }
}

/// Increments that are timed together: of 100 with std's mutex, which take half a microsecond, the clock would be a tenth.
const BATCH: u64 = 500;

impl Params {
    /// How many increments each batch has; the last may have fewer.
    fn batches(self) -> impl Iterator<Item = u64> {
        (0..self.increments.div_ceil(BATCH)).map(move |batch| BATCH.min(self.increments - batch * BATCH))
    }
}
