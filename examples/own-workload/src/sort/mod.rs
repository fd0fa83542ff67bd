//! `sort`: each unit sorts lists of its own. Two models, to begin with; the page says of the others that they are not written
//! yet.

mod threads;
mod tokio_tasks;

use engine::cells;
use engine::parameters::{count, parameters};
use engine::workload::{Contract, OPS_PER_S, all_at_once, headline, mixed, no_figures, noun};

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
            .of_work()
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
        source: (file!(), include_str!("mod.rs")),
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
        warm_up: |params| Params { rounds: 1, ..params },
        by_time: true,
        at_once: all_at_once,
        operations: |params| params.units as u64 * params.rounds,
        answer: |params, seed, work| {
            let lists: Vec<u64> = (0..params.units).map(|unit| work.of(unit, params.rounds)).collect();
            // The lists are the same for all units, so the sum of the first so many is computed once.
            let most = lists.iter().copied().max().unwrap_or(0);
            let sums: Vec<u64> = std::iter::once(0)
                .chain((0..most).scan(0, |sum: &mut u64, round| {
                    *sum = sum.wrapping_add(middle(seed, round, params.length));
                    Some(*sum)
                }))
                .collect();
            lists.iter().fold(0, |answer, lists| answer.wrapping_add(sums[*lists as usize]))
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
