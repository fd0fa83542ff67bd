//! `idle-memory`: units that do nothing, and what each of them takes.

mod actix_actors;
mod smol_tasks;
mod threads;
mod tokio_tasks;

use protocol::catalog::Unit;

use crate::cells;
use crate::measure::{Measure, Sample};
use crate::parameters::{count, parameters};
use crate::workload::{Contract, MEMORY_BYTES, figure, headline, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(STEPS as u64, 1_000_000, 4_000)
            .multiple_of(STEPS as u64)
            .label("Units")
            .unit("units")
            .log()
            .help("Threads, tasks or actors that are parked. Memory is read at eight counts up to this one."),
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
        id: "idle-memory",
        name: "Idle memory",
        summary: "Parked units: what each of them takes, the kernel's part too",
        help: "Units are added in eight steps, and park. After each step memory is read; the slope of the line through the \
               readings is what one more unit takes, without a share of the runtime. The address space that a stack reserves is \
               not memory and is not counted. Slab is the whole machine's total, which other processes change too, and is \
               counted for threads alone. One unit in 61 is timed, so that what a unit keeps for timing is not counted as its \
               memory.",
        unit: noun("unit", "units"),
        operation: noun("unit", "units"),
        latency: "from asking for a unit to its being parked; one in 61 is timed",
        scope: &["a slope over eight counts", "resident, not reserved"],
        headline: headline(MEMORY_BYTES, "{units} idle units", "held"),
        figures: vec![
            figure("bytes_per_unit", "Per unit, in all", Unit::Bytes, "The sum of the four parts below."),
            figure("resident_per_unit", "Resident", Unit::Bytes, "Memory of the process itself."),
            figure("kernel_stack_per_unit", "Kernel stack", Unit::Bytes, "The kernel's own stack for each thread."),
            figure("slab_per_unit", "Slab", Unit::Bytes, "What else the kernel keeps for a thread: its descriptors."),
            figure(
                "page_tables_per_unit",
                "Page tables",
                Unit::Bytes,
                "What the kernel keeps to know where the process's memory is.",
            ),
        ],
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1),
            thread_pool => "a job that is parked keeps its thread, and the jobs behind it would never begin",
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs"),
            actix_sync => "a handler that is parked keeps its thread, and the messages behind it would never be served",
            rayon_pool => "a job that is parked keeps its thread, and the jobs behind it would never begin",
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
        },
        warm_up: |_| Params { units: STEPS },
        operations: |params| params.units as u64,
        answer: |params, _| params.units as u64,
        figure_values: no_figures,
    }
}

/// Counts at which memory is read.
const STEPS: usize = 8;
