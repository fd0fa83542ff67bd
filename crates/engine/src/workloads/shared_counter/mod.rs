//! `shared-counter`: all units add to one number. What differs is how they keep out of each other's way, and that is the
//! experiment's choice: a lock, an owner that is asked, or an atomic number, on every model.

mod actix_actors;
mod actix_sync;
mod per_core;
mod rayon_pool;
mod smol_tasks;
mod thread_pool;
mod threads;
mod tokio_actors;
mod tokio_tasks;

use crate::cells;
use crate::measure::{Halt, Lap, Measure, SampledLap};
use crate::parameters::{choice, choices, count, parameters};
use crate::workload::{Contract, OPS_PER_S, all_at_once, headline, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 100_000, 8)
            .label("Units")
            .unit("units")
            .log()
            .help("Threads, tasks, actors or jobs that add to the same number."),
        increments: u64 = count(100, 10_000_000, 20_000)
            .multiple_of(100)
            .label("Increments each")
            .unit("increments")
            .log()
            .before(1, 100_000)
            .of_work()
            .help("How often each of them adds one. A unit of a pool adds as many in one go; 500, if it \
                   asks an owner."),
        how: How = choice(How::OPTIONS)
            .label("Kept apart by")
            .help("A lock around the number; one owner of the number, which is asked to add one and answers with the sum; or an \
                   atomic number and nothing else."),
        lock: Lock = choice(Lock::OPTIONS)
            .label("Mutex of the tasks")
            .help("With a lock: std's blocks the worker for a moment; the runtime's own gives way at .await, and may be held \
                   across one. Threads and jobs of a pool always use std's."),
    }
}

choices! {
    /// How the units keep out of each other's way.
    pub(super) enum How { Lock = "lock" / "a lock", Owner = "owner" / "an owner", Atomic = "atomic" / "an atomic number" }
}

choices! {
    /// Which mutex the tasks use.
    pub(super) enum Lock { Std = "std" / "std's", Async = "async" / "the runtime's" }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "shared-counter",
        source: (file!(), include_str!("mod.rs")),
        name: "Shared counter",
        summary: "All units add to one number: behind a lock, through an owner, or an atomic one",
        help: "Every model does what is chosen: its units take a lock for each increment; or send a message to the one that owns \
               the number, a thread, a task or an actor, and wait for the answer; or add to an atomic number. Which of these it \
               is decides far more than the model. With a lock or an atomic number an increment is too short for a clock reading \
               of its own: they are timed in batches of 500, and a task or an actor gives way after each batch, which the next \
               one's time includes. An increment by an owner is a message and its answer, during which the unit gives way; of \
               tasks and actors one in 64 is timed. The units are spread over the cores, and an owner is on one of them. A job \
               of a pool runs to its end, and its unit then queues again: the wait for that is in the time of the first batch.",
        unit: noun("unit", "units"),
        operation: noun("increment", "increments"),
        latency: "with a lock or an atomic number, the mean of a batch of 500 increments and of the wait before it; with an \
                  owner, from asking to the answer",
        scope: &["all units always adding", "in memory"],
        headline: headline(OPS_PER_S, "{units} units adding to one number", "made"),
        figures: Vec::new(),
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1),
            thread_pool => (thread_pool, "thread_pool.rs"),
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs"),
            actix_sync => (actix_sync, "actix_sync.rs"),
            rayon_pool => (rayon_pool, "rayon_pool.rs"),
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
            actix_rt => (per_core, "per_core.rs"),
            tokio_per_core => (per_core, "per_core.rs"),
            io_uring => (per_core, "per_core.rs"),
            tokio_actors => (tokio_actors, "tokio_actors.rs"),
        },
        warm_up: |params| Params { increments: params.increments.min(1_000), ..params },
        by_time: true,
        at_once: all_at_once,
        operations: |params| params.units as u64 * params.increments,
        answer: |_, _, work| work.operations(),
        figure_values: no_figures,
    }
}

/// Increments that are timed together: of 100 with std's mutex, which take half a microsecond, the clock would be a tenth.
const BATCH: u64 = 500;

/// Messages that the queue of an owner holds; a unit that finds it full waits. No unit has more than one in it.
const QUEUE: usize = 64;

/// The increments of one unit.
enum Adding {
    /// Each batch of so many is timed.
    Timed(Lap, u64),
    /// One in 64 is.
    Sampled(SampledLap),
}

impl Params {
    /// A unit that gives way begins to add.
    #[track_caller]
    fn adding(self, unit: usize, measure: &Measure) -> Adding {
        match self.how {
            How::Lock | How::Atomic => Adding::Timed(measure.lap(unit, self.increments), BATCH),
            How::Owner => Adding::Sampled(measure.sampled_lap(unit, self.increments)),
        }
    }

    /// A unit that keeps its thread begins to add. While an owner answers, the thread sleeps, which is long beside a clock
    /// reading; and the one increment that waited for the unit's turn is among those that are timed.
    #[track_caller]
    fn adding_in_thread(self, unit: usize, measure: &Measure) -> Adding {
        let batch = if self.how == How::Owner { 1 } else { BATCH };
        Adding::Timed(measure.lap(unit, self.increments), batch)
    }

    /// How many increments a unit makes in one go, if it runs to its end.
    fn in_one_go(self) -> u64 {
        if self.how == How::Owner { BATCH.min(self.increments) } else { self.increments }
    }
}

impl Adding {
    /// How many increments are to be made now; `None` if there are none left. `params` are those that it began with.
    fn another(&self, params: Params) -> Option<u64> {
        match self {
            Self::Timed(lap, batch) => lap.another().map(|done| (*batch).min(params.increments - done % params.increments)),
            Self::Sampled(lap) => lap.another().map(|_| 1),
        }
    }

    /// So many are made, as many as were to be.
    #[track_caller]
    fn done(&mut self, increments: u64) {
        match self {
            Self::Timed(lap, _) => lap.done_batch(increments),
            Self::Sampled(lap) => lap.done(),
        }
    }
}

/// A turn of a unit that runs to its end, unless the time is over before.
#[track_caller]
fn turn(params: Params, adding: &mut Adding, mut add: impl FnMut(u64) -> Result<(), Halt>) -> Result<(), Halt> {
    let mut made = 0;
    while made < params.in_one_go()
        && let Some(increments) = adding.another(params)
    {
        add(increments)?;
        adding.done(increments);
        made += increments;
    }
    Ok(())
}

fn gone() -> Halt {
    Halt::Failed("the owner of the number is gone".to_owned())
}
