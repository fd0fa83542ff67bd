//! `fork-join`: trees of work that split and come together again: what work stealing is made for.

mod io_uring;
mod per_core;
mod rayon_pool;
mod smol_tasks;
mod threads;
mod tokio_tasks;

use crate::cells;
use crate::parameters::{count, parameters};
use crate::workload::{Contract, OPS_PER_S, all_at_once, headline, mixed, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 10_000, 4)
            .label("Trees at a time")
            .unit("units")
            .log()
            .help("Trees that are computed at the same time, each one after the other anew."),
        rounds: u64 = count(1, 1_000_000, 50)
            .label("Trees each")
            .unit("trees")
            .log()
            .of_work()
            .help("How many trees each of them computes, one after the other."),
        depth: u64 = count(0, 20, 10)
            .label("Depth")
            .unit("levels")
            .help("How often a tree splits in two: 10 are 1,024 leaves."),
        cutoff: u64 = count(0, 20, 4)
            .label("Split no more below")
            .unit("levels")
            .help("The last levels are computed in one piece, as everybody does who splits work: 4 are 16 leaves."),
        leaf: u64 = count(0, 1_000_000, 200)
            .label("Work of a leaf")
            .unit("steps")
            .log()
            .help("In steps of a few nanoseconds that cannot be split."),
    }
}

impl Params {
    /// Levels that split.
    fn forks(self) -> u64 {
        self.depth.saturating_sub(self.cutoff)
    }

    /// OS threads that each tree asks for, if each of its branches is one.
    fn branches(self) -> usize {
        self.units << self.forks().min(20)
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "fork-join",
        name: "Fork and join",
        summary: "Trees of work that split in two and come together again: Rayon's home",
        help: "Each tree splits in two, both halves are computed at the same time if there is a core for it, and their sums are \
               added; so on down to where the halves are small. Rayon's join puts one half where another thread may steal it and \
               computes the other itself; if nobody has come, it costs nearly nothing. A task or a thread per branch costs its \
               making each time. On a runtime per core a tree stays on its core: other cores help only with other trees.",
        unit: noun("tree at a time", "trees at a time"),
        operation: noun("tree", "trees"),
        latency: "from a tree's beginning to its sum; the first from the start",
        scope: &["no I/O", "splitting is by halves of equal work"],
        headline: headline(OPS_PER_S, "trees of {depth} levels", "computed"),
        figures: Vec::new(),
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1),
            thread_pool => "a job that waits for its halves keeps its thread, and when all threads wait nobody computes: a pool \
                            without stealing cannot join",
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => "nobody would make an actor for half a sum: its work would be put into a pool",
            actix_sync => "a handler that waits for its halves keeps its thread: a SyncArbiter cannot join",
            rayon_pool => (rayon_pool, "rayon_pool.rs"),
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
            actix_rt => (per_core, "per_core.rs"),
            tokio_per_core => (per_core, "per_core.rs"),
            io_uring => (io_uring, "io_uring.rs"),
            tokio_actors => "nobody would make an actor for half a sum: see tokio",
        },
        warm_up: |params| Params { rounds: params.rounds.min(4), ..params },
        by_time: true,
        at_once: |params| params.branches().max(all_at_once(params)),
        operations: |params| params.units as u64 * params.rounds,
        answer: |params, seed, work| {
            let of_unit = |unit| tree(params, seed, unit).wrapping_mul(work.of(unit, params.rounds));
            (0..params.units).map(of_unit).fold(0, u64::wrapping_add)
        },
        figure_values: no_figures,
    }
}

/// A part of a tree: a node so many levels above the leaves, and which one of its level.
#[derive(Clone, Copy, Debug)]
struct Node {
    above: u64,
    place: u64,
}

impl Node {
    /// The root of a unit's tree: units have leaves of their own.
    fn root(params: Params, unit: usize) -> Self {
        Self { above: params.depth, place: unit as u64 }
    }

    /// Its halves, or nothing if it is to be computed in one piece.
    fn halves(self, params: Params) -> Option<[Self; 2]> {
        let above = self.above.checked_sub(1).filter(|_| self.above > params.cutoff)?;
        Some([0, 1].map(|half| Self { above, place: 2 * self.place + half }))
    }

    /// The pure kernel: the sum of its leaves, one after the other.
    fn computed(self, params: Params, seed: u64) -> u64 {
        let leaves = 1_u64 << self.above;
        let leaf = |place: u64| (0..=params.leaf).fold(seed ^ place, |state, _| mixed(state));
        (0..leaves).map(|leaf_of_it| leaf(self.place * leaves + leaf_of_it)).fold(0, u64::wrapping_add)
    }
}

/// The sum of a whole tree.
fn tree(params: Params, seed: u64, unit: usize) -> u64 {
    Node::root(params, unit).computed(params, seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_halves_of_a_node_are_all_of_it() {
        let params = Params { units: 1, rounds: 1, depth: 5, cutoff: 2, leaf: 3 };
        fn split(node: Node, params: Params) -> u64 {
            match node.halves(params) {
                None => node.computed(params, 7),
                Some(halves) => halves.into_iter().map(|half| split(half, params)).fold(0, u64::wrapping_add),
            }
        }
        assert_eq!(split(Node::root(params, 3), params), tree(params, 7, 3));
        assert_ne!(tree(params, 7, 3), tree(params, 7, 4));
    }
}
