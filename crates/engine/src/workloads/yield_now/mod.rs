//! `yield`: units that do nothing but give way to each other. What is left is the cost of a switch.

mod actix_actors;
mod smol_tasks;
mod threads;
mod tokio_tasks;

use protocol::catalog::Unit;

use crate::cells;
use crate::parameters::{count, parameters};
use crate::workload::{Contract, OPS_PER_S, figure, headline, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 1_000_000, 8)
            .label("Units")
            .unit("units")
            .log()
            .help("Threads, tasks or actors that give way to each other; one alone gives way to nobody."),
        yields: u64 = count(100, 10_000_000, 50_000)
            .multiple_of(100)
            .label("Times each")
            .unit("yields")
            .log()
            .help("How often each of them gives way."),
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "yield",
        name: "Yield",
        summary: "Units that only give way to each other: what a switch costs",
        help: "Each unit gives way and goes on when its turn comes again. A thread asks the kernel (sched_yield), which may well \
               decide to go on with it. A task on smol goes to the end of the queue. A task on Tokio, and an actor whose handler \
               awaits Tokio's yield_now, is put aside until its worker has run out of ready tasks and has polled the driver for \
               sockets and timers: with few units much of the cost is that poll. Times are taken in batches of 100, and the \
               latency of each is their mean.",
        unit: noun("unit", "units"),
        operation: noun("yield", "yields"),
        latency: "mean of a batch of 100 yields of one unit, the others' turns between them included",
        scope: &["in memory"],
        headline: headline(OPS_PER_S, "{units} units giving way", "made"),
        figures: vec![figure(
            "switch_ns",
            "Cost of a switch",
            Unit::Nanoseconds,
            "CPU time of the measured part, in user mode and in the kernel, divided by all yields.",
        )],
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1),
            thread_pool => "a job of a pool does not give way to the jobs behind it: it goes on until it has ended",
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs"),
            actix_sync => "a handler of a SyncArbiter does not give way: it goes on until it has ended",
            rayon_pool => "a job that gives way in Rayon runs others on top of its own stack, and goes on when those have ended",
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
        },
        warm_up: |params| Params { units: params.units.min(8), yields: BATCH },
        operations: |params| params.units as u64 * params.yields,
        answer: |params, _| params.units as u64 * params.yields,
        figure_values: |_, _| std::collections::BTreeMap::new(),
    }
}

/// Yields that are timed together; the number of yields is a multiple of it.
const BATCH: u64 = 100;
