//! `spawn`: making units. In every other workload that is set-up; here it is what is measured.

mod actix_actors;
mod actix_sync;
mod rayon_pool;
mod smol_tasks;
mod thread_pool;
mod threads;
mod tokio_tasks;

use std::ops::Range;

use crate::cells;
use crate::measure::{Measure, Sample};
use crate::parameters::{choice, choices, count, parameters};
use crate::workload::{Contract, OPS_PER_S, headline, mixed, no_figures, noun};

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
    }
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

impl Params {
    /// This unit is asked for now: its sample, if it is one that is timed.
    fn sample(self, unit: usize, measure: &Measure) -> Option<Sample> {
        measure.sample(unit as u64, self.units as u64)
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "spawn",
        name: "Spawn",
        summary: "Making units that do next to nothing: what a unit costs to begin and to end",
        help: "All units are asked for, one after the other; each runs as soon as it can, computes one number, and ends; then \
               all are joined. Or each is joined before the next is asked for, so that no two run at once. The latency is how \
               long a unit waits between being asked for and running, so it grows with the number asked for before it. A unit \
               may be too short for a clock reading of its own: one in 61 is timed, and stands for them all.",
        unit: noun("unit", "units"),
        operation: noun("unit", "units"),
        latency: "from asking for a unit to its first instruction; one in 61 is timed",
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
            rayon_pool => (rayon_pool, "rayon_pool.rs"),
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
        },
        warm_up: |params| Params { units: params.units.min(100), ..params },
        operations: |params| params.units as u64,
        answer: |params, seed| (0..params.units).fold(0, |sum, unit| sum.wrapping_add(work(seed, unit))),
        figure_values: no_figures,
    }
}

/// What each unit does: a few instructions.
fn work(seed: u64, unit: usize) -> u64 {
    mixed(seed.wrapping_add(unit as u64))
}
