//! `fork-join`: trees of work that are halved and halved again. What differs is what a fork costs, and who may take the other
//! half.

mod io_uring;
mod per_core;
mod rayon_pool;
mod smol_tasks;
mod thread_pool;
mod threads;
mod tokio_tasks;

use std::hint::black_box;
use std::time::{Duration, Instant};

use protocol::catalog::Unit;

use crate::cells;
use crate::measure::{Done, Work};
use crate::parameters::{count, parameters};
use crate::workload::{Contract, OPS_PER_S, cost, gain, headline, mixed, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 1_000, 4)
            .label("Trees at a time")
            .unit("trees")
            .log()
            .help("Each is computed by forks of its own. With one, what is compared is how well a single tree is shared among \
                   the cores; with more trees than cores, what forking costs."),
        rounds: u64 = count(1, 100_000, 50)
            .label("Trees each")
            .unit("trees")
            .log()
            .of_work()
            .help("Trees that are computed one after the other, in place of each of those at a time."),
        depth: u64 = count(1, 20, 10)
            .label("Depth")
            .unit("levels")
            .help("A tree has two to the power of this many leaves."),
        cutoff: u64 = count(1, 12, 6)
            .label("Forks down to")
            .unit("levels")
            .help("Above this level each node forks; below it a subtree is computed by plain calls, in every model alike. Deeper \
                   than the tree means that every node forks."),
        leaf: u64 = count(1, 100_000, 500)
            .label("Work of a leaf")
            .unit("steps")
            .log()
            .help("Each takes a few nanoseconds, and cannot begin before the last has ended."),
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "fork-join",
        source: (file!(), include_str!("mod.rs")),
        name: "Fork and join",
        summary: "Trees of work, halved and halved again: what a fork costs, and who takes the other half",
        help: "A node of a tree hands one half of its work to another and does the other half itself, then waits for the first \
               and adds the two; down to a level from which a subtree is computed by plain calls. All models compute the same \
               trees and fork at the same nodes. Rayon is made for this: a fork is a place in a thread's own queue, and if \
               nobody has stolen it, it is taken back and called. A task is an allocation and a wake; the kernel makes a thread. \
               On one thread, or on one core of several, a fork can gain nothing: a tree cannot be shared there, and all that \
               shows is its price. It does not say how a model does with leaves that wait: these only compute. The more work \
               below a fork, the less its price shows; make the leaves smaller, or fork further down, to see it.",
        unit: noun("tree at a time", "trees at a time"),
        operation: noun("tree", "trees"),
        latency: "from the end of the last tree in its place, or the start, to the end of this one",
        scope: &["closed loop", "no I/O", "balanced trees"],
        headline: headline(OPS_PER_S, "trees of {depth} levels, {units} at a time", "computed"),
        figures: vec![
            gain(
                "speedup",
                "Speed-up",
                Unit::Count,
                "How many times as fast as one thread that computes the same trees by plain calls, timed in the same process \
                 for some milliseconds after the measured part: at best the number of cores, on a machine that does \
                 nothing else.",
            ),
            cost(
                "cpu_per_fork_ns",
                "CPU time per fork",
                Unit::Nanoseconds,
                "CPU time of the measured part divided by all forks. The leaves' work is in it, the same for all models: what \
                 one has more than another is what its forks and joins cost.",
            ),
        ],
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1),
            thread_pool => (thread_pool, "thread_pool.rs"),
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => "nobody would start an actor to add two numbers once: an arbiter's tasks do that without actors, see \
                             actix-rt",
            actix_sync => "an actor of a SyncArbiter blocks its thread while it waits for its halves: with more forks than \
                           threads, none would ever be computed",
            rayon_pool => (rayon_pool, "rayon_pool.rs"),
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
            actix_rt => (per_core, "per_core.rs"),
            tokio_per_core => (per_core, "per_core.rs"),
            io_uring => (io_uring, "io_uring.rs"),
            tokio_actors => "nobody would write an actor that is asked once and then ends: such a task needs no inbox, see tokio",
        },
        warm_up: |params| Params { rounds: 1, ..params },
        by_time: true,
        // Threads, or jobs in the queue of a pool: one for each subtree below the last forks.
        at_once: |params| params.units << params.forking_levels(),
        operations: |params| params.units as u64 * params.rounds,
        answer,
        figure_values: no_figures,
    }
}

/// Units compute this many different trees, so that the check need not do the whole work again.
const DIFFERENT: usize = 4;

/// A node of a tree, with all that is to be known of the work below it.
#[derive(Clone, Copy, Debug)]
struct Node {
    seed: u64,
    /// Of its level, from the left.
    index: u64,
    /// Levels below it.
    height: u8,
    /// Levels, from this one on, whose nodes fork.
    forks: u8,
    leaf: u32,
}

impl Params {
    fn forking_levels(self) -> u64 {
        self.cutoff.min(self.depth)
    }

    /// The root of the trees of this unit, which are all the same.
    fn tree(self, seed: u64, unit: usize) -> Node {
        Node {
            seed: mixed(seed ^ (unit % DIFFERENT) as u64),
            index: 0,
            // All are within their type by the limits of the parameters.
            height: self.depth as u8,
            forks: self.forking_levels() as u8,
            leaf: self.leaf as u32,
        }
    }

    fn with_figures(self, done: Done) -> Done {
        let forks = (1_u64 << self.forking_levels()) - 1;
        let operations = done.operations as f64;
        let speedup = operations * self.sequential_time().as_secs_f64() / done.wall.as_secs_f64();
        let cpu: f64 = ["measured.user_ns", "measured.system_ns"].iter().filter_map(|part| done.figures.get(part)).sum();
        done.with("speedup", speedup).with("cpu_per_fork_ns", cpu / (operations * forks as f64))
    }

    /// How long this thread takes to compute a tree by plain calls: the mean of as many as there is time for, as the measured
    /// part has a mean, so that what else the machine does is in both.
    fn sequential_time(self) -> Duration {
        let root = self.tree(0, 0);
        let (begun, mut trees) = (Instant::now(), 0);
        loop {
            black_box(black_box(root).sum());
            trees += 1;
            let time = begun.elapsed();
            if time > Duration::from_millis(20) {
                return time / trees;
            }
        }
    }
}

impl Node {
    fn halves(self) -> (Self, Self) {
        let below = Self { height: self.height - 1, forks: self.forks.saturating_sub(1), ..self };
        (Self { index: self.index * 2, ..below }, Self { index: self.index * 2 + 1, ..below })
    }

    /// Its two halves, if it is a node that forks.
    fn fork(self) -> Option<(Self, Self)> {
        (self.forks > 0).then(|| self.halves())
    }

    /// The pure kernel: the sum of the leaves below it, by plain calls. Never inlined, see `cpu_hash`'s.
    #[inline(never)]
    fn sum(self) -> u64 {
        if self.height == 0 {
            return (0..self.leaf).fold(self.seed ^ self.index, |state, _| mixed(state));
        }
        let (left, right) = self.halves();
        left.sum().wrapping_add(right.sum())
    }
}

fn answer(params: Params, seed: u64, work: &Work) -> u64 {
    let different = DIFFERENT.min(params.units);
    let sums: Vec<u64> = (0..different).map(|unit| params.tree(seed, unit).sum()).collect();
    (0..params.units)
        .fold(0, |answer: u64, unit| answer.wrapping_add(sums[unit % DIFFERENT].wrapping_mul(work.of(unit, params.rounds))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forked(node: Node) -> (u64, u64) {
        let Some((left, right)) = node.fork() else { return (node.sum(), 0) };
        let (left, right) = (forked(left), forked(right));
        (left.0.wrapping_add(right.0), left.1 + right.1 + 1)
    }

    #[test]
    fn wherever_it_is_cut_a_tree_has_the_same_sum() {
        for depth in 1..=6 {
            let leaves = |index| (0..3).fold(mixed(7) ^ index, |state, _| mixed(state));
            let sum = (0..1 << depth).map(leaves).fold(0, u64::wrapping_add);
            for cutoff in 1..=8 {
                let params = Params { units: 1, rounds: 1, depth, cutoff, leaf: 3 };
                let forks = (1 << depth.min(cutoff)) - 1;
                assert_eq!(forked(params.tree(7, 0)), (sum, forks), "{depth} levels, cut at {cutoff}");
            }
        }
    }
}
