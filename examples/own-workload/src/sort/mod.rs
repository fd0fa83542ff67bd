//! `sort`: each unit sorts lists of its own. Two models, to begin with; the page says of the others that they are not written
//! yet.

mod threads;
mod tokio_tasks;

use engine::cells;
use engine::parameters::{count, parameters};
use engine::workload::{Contract, OPS_PER_S, headline, mixed, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 10_000, 16)
            .label("Units")
            .unit("units")
            .log()
            .help("Threads or tasks that sort at the same time."),
        rounds: u64 = count(1, 10_000, 20)
            .label("Lists each")
            .unit("lists")
            .log()
            .help("Lists that each unit sorts, one after the other."),
        length: u64 = count(2, 1_000_000, 10_000)
            .label("Length")
            .unit("numbers")
            .log()
            .help("Numbers in a list."),
    }
}

pub(crate) fn workload() -> Contract<Params> {
    Contract {
        id: "sort",
        name: "Sort",
        summary: "Each unit sorts lists of its own",
        help: "Each unit fills a list with numbers, the same for everybody, and sorts it. The answer is the sum of the middle \
               numbers.",
        unit: noun("unit", "units"),
        operation: noun("list", "lists"),
        latency: "from filling a list to having it sorted",
        scope: &["closed loop", "no I/O"],
        headline: headline(OPS_PER_S, "{units} units of sorting", "sorted"),
        figures: Vec::new(),
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1),
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
        },
        warm_up: |params| Params { units: params.units.min(4), rounds: 1, ..params },
        operations: |params| params.units as u64 * params.rounds,
        answer: |params, seed| {
            let each: u64 = (0..params.rounds).map(|round| middle(seed, round, params.length)).fold(0, u64::wrapping_add);
            each.wrapping_mul(params.units as u64)
        },
        figure_values: no_figures,
    }
}

/// The pure kernel: the middle one of this many numbers.
fn middle(seed: u64, round: u64, length: u64) -> u64 {
    let mut list: Vec<u64> = (0..length).map(|index| mixed(seed ^ round.wrapping_mul(length) ^ index)).collect();
    list.sort_unstable();
    list[list.len() / 2]
}
