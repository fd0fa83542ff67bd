//! `idle-memory`: units that do nothing, and what each of them takes.

mod actix_actors;
mod io_uring;
mod per_core;
mod smol_tasks;
mod threads;
mod tokio_actors;
mod tokio_tasks;

use crate::cells;
use crate::measure::{BYTES_PER_UNIT, Done, Growth};
use crate::parameters::{choice, choices, count, parameters};
use crate::workload::{Contract, all_at_once, headline, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(STEPS as u64, 1_000_000, 4_000)
            .multiple_of(STEPS as u64)
            .label("Units")
            .unit("units")
            .log()
            .help("Threads, tasks or actors that are parked. Memory is read at eight counts up to this one."),
        waits_at: WaitsAt = choice(WaitsAt::OPTIONS)
            .label("Parked at")
            .help("What a unit waits with is a part of its memory: at a gate, a place in a list of those who wait there. A \
                   unit that waits for nothing has none: a task that is never ready, a thread that parks. An actor waits for \
                   messages, either way."),
    }
}

choices! {
    /// Where units are parked.
    pub(super) enum WaitsAt { Gate = "gate" / "a gate", Nothing = "nothing" / "nothing" }
}

impl Params {
    /// How many units there are after each step.
    fn steps(self) -> impl Iterator<Item = usize> {
        (1..=STEPS).map(move |step| self.units / STEPS * step)
    }
}

pub(super) fn workload() -> Contract<Params> {
    let mut figures = Growth::quantities();
    figures.push(Growth::fit());
    Contract {
        id: "idle-memory",
        source: (file!(), include_str!("mod.rs")),
        name: "Idle memory",
        summary: "Parked units: what each of them takes, the kernel's part too",
        help: "Units are added in eight steps, and park. After each step memory is read; the slope of the line through the \
               readings is what one more unit takes, without a share of the runtime, and how far they lie off that line says how \
               well it fits. The address space that a stack reserves is not memory and is not counted. What the allocator keeps \
               for a thread that has used it (glibc's arenas, up to eight per core) is the allocator's choice and not the \
               model's, but it is there, and is counted. Slab is the whole machine's total, which other processes change too, \
               and is counted for threads alone. One unit in 64 is timed, at random, so that what a unit keeps for timing is not \
               counted as its memory.",
        unit: noun("unit", "units"),
        operation: noun("unit", "units"),
        latency: "from asking for a unit to its being parked; one in 64 is timed, at random",
        scope: &["a slope over eight counts", "resident, not reserved"],
        headline: headline(BYTES_PER_UNIT, "{units} idle units", "held"),
        figures,
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1),
            thread_pool => "a job that is parked keeps its thread, and the jobs behind it would never begin",
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs"),
            actix_sync => "a handler that is parked keeps its thread, and the messages behind it would never be served",
            rayon_pool => "a job that is parked keeps its thread, and the jobs behind it would never begin",
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
            actix_rt => (per_core, "per_core.rs"),
            tokio_per_core => (per_core, "per_core.rs"),
            io_uring => (io_uring, "io_uring.rs"),
            tokio_actors => (tokio_actors, "tokio_actors.rs"),
        },
        // The least: it is the growth of memory that is measured, and the heap must not have grown before.
        warm_up: |params| Params { units: STEPS, ..params },
        // There are so many units and then no more; it takes as long as it takes to make them.
        by_time: false,
        at_once: all_at_once,
        operations: |params| params.units as u64,
        // Units that were still parked when they were let go.
        answer: |params, _, _| params.units as u64,
        figure_values: no_figures,
    }
}

/// Counts at which memory is read.
const STEPS: usize = 8;

/// With what was read, and how many units were parked until they were let go.
fn with_figures(mut done: Done, growth: &Growth, parked: usize) -> Done {
    done.extra = growth.per_unit();
    done.answer = parked as u64;
    done
}
