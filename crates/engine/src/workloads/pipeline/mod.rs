//! `pipeline`: stages joined by bounded queues. Items go through all of them, one after the other.

mod actix_actors;
mod smol_tasks;
mod threads;
mod tokio_tasks;

use std::time::Instant;

use protocol::catalog::Unit;

use crate::cells;
use crate::measure::Done;
use crate::parameters::{count, parameters};
use crate::workload::{Contract, OPS_PER_S, figure, headline, mixed, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(2, 1_000, 4)
            .label("Stages")
            .unit("units")
            .log()
            .help("Threads, tasks or actors that each item goes through."),
        items: u64 = count(1, 10_000_000, 20_000)
            .label("Items")
            .unit("items")
            .log()
            .help("How many are put in at the first stage, as fast as it takes them."),
        capacity: usize = count(1, 10_000, 16)
            .label("Queue")
            .unit("items")
            .log()
            .help("Items that the queue before each stage holds; when it is full, the stage before waits."),
        work: u64 = count(0, 1_000_000, 100)
            .label("Work per stage")
            .unit("steps")
            .log()
            .help("Work of each stage on each item, in steps of a few nanoseconds."),
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "pipeline",
        name: "Pipeline",
        summary: "Stages joined by bounded queues: who waits for whom",
        help: "Each item goes through all stages; each stage works on it a little and hands it on through a bounded queue. The \
               latency of an item is that of the whole way, waiting in the queues included: a full queue is latency. Occupancy \
               is how full a queue was, read each time an item is taken out.",
        unit: noun("stage", "stages"),
        operation: noun("item", "items"),
        latency: "from an item's being put in to its leaving the last stage",
        scope: &["closed loop", "in memory"],
        headline: headline(OPS_PER_S, "{units} stages", "passed"),
        figures: vec![
            figure("occupancy_first", "Occupancy, first", Unit::Share, "How full the first stage's queue was, on average."),
            figure(
                "occupancy_middle",
                "Occupancy, middle",
                Unit::Share,
                "How full the queue of the stage in the middle was, on average.",
            ),
            figure("occupancy_last", "Occupancy, last", Unit::Share, "How full the last stage's queue was, on average."),
        ],
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1),
            thread_pool => "all stages wait at the same time, and a thread of a pool waits for one only",
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs"),
            actix_sync => "the threads of a SyncArbiter share one address: there is no next stage to send to",
            rayon_pool => "all stages wait at the same time, and Rayon's threads are for work that never waits",
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
        },
        warm_up: |params| Params { items: params.items.min(200), ..params },
        operations: |params| params.items,
        answer: |params, _| {
            let through = |number| (0..params.units).fold(number, |value, _| worked(params, value));
            (0..params.items).map(through).fold(0, u64::wrapping_add)
        },
        figure_values: no_figures,
    }
}

/// What goes through.
#[derive(Clone, Copy, Debug)]
struct Item {
    value: u64,
    put_in: Instant,
}

impl Item {
    fn new(number: u64) -> Self {
        Self { value: number, put_in: Instant::now() }
    }

    /// After one more stage.
    fn worked(self, params: Params) -> Self {
        Self { value: worked(params, self.value), ..self }
    }
}

/// The pure kernel: what a stage does to a value.
fn worked(params: Params, value: u64) -> u64 {
    (0..=params.work).fold(value, |state, _| mixed(state))
}

/// How full the queue before a stage was.
#[derive(Clone, Copy, Debug, Default)]
struct Occupancy {
    sum: u64,
    looks: u64,
}

impl Occupancy {
    /// How many waited, the one just taken out among them.
    fn look(&mut self, waiting: usize) {
        self.sum += waiting as u64;
        self.looks += 1;
    }

    fn share(self, params: Params) -> f64 {
        self.sum as f64 / self.looks.max(1) as f64 / params.capacity as f64
    }
}

/// With the occupancies, in the order of the stages.
fn with_figures(params: Params, done: Done, stages: &[Occupancy]) -> Done {
    let share = |stage: usize| stages.get(stage).map_or(0.0, |occupancy| occupancy.share(params));
    done.with("occupancy_first", share(0))
        .with("occupancy_middle", share(params.units / 2))
        .with("occupancy_last", share(params.units - 1))
}
