//! `spawn`: making units. In every other workload that is set-up; here it is what is measured.

mod actix_actors;
mod actix_sync;
mod io_uring;
mod per_core;
mod rayon_pool;
mod smol_tasks;
mod thread_pool;
mod threads;
mod tokio_actors;
mod tokio_tasks;

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use crate::cells;
use crate::measure::{Measure, Rounds};
use crate::parameters::{choice, choices, count, parameters};
use crate::workload::{Contract, OPS_PER_S, all_at_once, headline, mixed, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 1_000_000, 10_000)
            .label("Units")
            .unit("units")
            .log()
            .help("Threads, tasks, actors or jobs that are made, do next to nothing, and end."),
        join: Join = choice(Join::OPTIONS)
            .label("Joined")
            .help("All at once at the end, or each before the next is asked for."),
        kept: Kept = choice(Kept::OPTIONS)
            .label("Tokio's handles")
            .help("What holds the tasks until they are joined: a Vec of JoinHandles, or a JoinSet, which hands them back as they \
                   end, at the price of an allocation and two locks per task. Tokio alone has the choice."),
    }
}

choices! {
    /// What holds Tokio's tasks until they are joined.
    pub(super) enum Kept { Handles = "handles" / "JoinHandles", Set = "set" / "a JoinSet" }
}

choices! {
    /// When a unit is waited for.
    pub(super) enum Join { All = "all" / "all at the end", Each = "each" / "each before the next" }
}

impl Params {
    /// The units in the order in which they are made, in groups that are joined before the next is begun.
    fn groups(self) -> impl Iterator<Item = Range<usize>> {
        let size = if self.join == Join::All { self.units } else { 1 };
        (0..self.units).step_by(size.max(1)).map(move |first| first..first + size)
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "spawn",
        source: (file!(), include_str!("mod.rs")),
        name: "Spawn",
        summary: "Making units that do next to nothing: what a unit costs to begin and to end",
        help: "All units are asked for, one after the other; each runs as soon as it can, computes one number, and ends; then \
               all are joined. Or each is joined before the next is asked for, so that no two run at once. The latency is how \
               long a unit waits between being asked for and running, so it grows with the number asked for before it. A unit \
               may be too short for a clock reading of its own: one in 64 is timed, at random, and stands for them all.",
        unit: noun("unit", "units"),
        operation: noun("unit", "units"),
        latency: "from asking for a unit to its first instruction; one in 64 is timed, at random",
        scope: &["units that do next to nothing"],
        headline: headline(OPS_PER_S, "{units} units made and joined", "made"),
        figures: Vec::new(),
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1),
            thread_pool => (thread_pool, "thread_pool.rs"),
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs"),
            actix_sync => (actix_sync, "actix_sync.rs"),
            rayon_pool => (rayon_pool, "rayon_pool.rs", obeys: "order"),
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
            actix_rt => (per_core, "per_core.rs"),
            tokio_per_core => (per_core, "per_core.rs"),
            io_uring => (io_uring, "io_uring.rs"),
            tokio_actors => (tokio_actors, "tokio_actors.rs"),
        },
        // As many units: the heap that they make grow is then grown. Threads have their stacks mapped anew each time.
        warm_up: |params| params,
        by_time: true,
        at_once: |params| if params.join == Join::Each { 1 } else { all_at_once(params) },
        operations: |params| params.units as u64,
        answer: |params, seed, work| {
            let round = (0..params.units).fold(0, |sum: u64, unit| sum.wrapping_add(result(seed, unit)));
            round.wrapping_mul(work.operations() / params.units as u64)
        },
        figure_values: no_figures,
    }
}

/// What each unit does: a few instructions.
fn result(seed: u64, unit: usize) -> u64 {
    mixed(seed.wrapping_add(unit as u64))
}

/// Rounds that several cores do, all of them as many.
#[derive(Debug)]
struct CommonRounds(Mutex<(u64, Rounds)>);

impl CommonRounds {
    fn new(measure: &Measure) -> Arc<Self> {
        Arc::new(Self(Mutex::new((0, measure.rounds(1)))))
    }

    /// Whether a core that has done so many does another.
    fn another(&self, done: u64) -> bool {
        let mut common = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (begun, rounds) = &mut *common;
        if done == *begun && rounds.another().is_some() {
            *begun += 1;
        }
        done < *begun
    }
}
