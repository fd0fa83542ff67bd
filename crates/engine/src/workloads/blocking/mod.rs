//! `blocking`: a heartbeat while some units call something that blocks, as it should not be done and as it should.

mod actix_actors;
mod heartbeat;
mod smol_tasks;
mod threads;
mod tokio_tasks;

use std::time::Duration;

use protocol::catalog::Unit;

use crate::cells;
use crate::parameters::{choice, choices, count, parameters};
use crate::workload::{Contract, OPS_PER_S, figure, headline, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 500, 4)
            .label("Blockers")
            .unit("units")
            .log()
            .help("Threads, tasks or actors that call something that blocks."),
        rounds: u64 = count(1, 10_000, 5)
            .label("Calls each")
            .unit("calls")
            .log()
            .help("How often each of them calls it, one call after the other."),
        block_ms: u64 = count(1, 10_000, 50)
            .label("A call blocks for")
            .unit("ms")
            .log()
            .help("As a file, a database driver or a lock might: the thread sleeps in the kernel."),
        how: How = choice(How::OPTIONS)
            .label("The call is run")
            .help("Run where it is called, it holds up everything that shares the thread. Moved aside: spawn_blocking on \
                   Tokio, a SyncArbiter on Actix, unblock on smol; a thread needs nothing."),
    }
}

choices! {
    /// Where the call that blocks is run.
    pub(super) enum How { Broken = "broken" / "where it is called", Mended = "mended" / "moved aside" }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "blocking",
        name: "Blocking",
        summary: "A heartbeat while others block: one blocker can stop the rest",
        help: "A heartbeat of 5 ms runs in the model beside units that call something that blocks. What counts is the longest \
               time without a beat, and the share of time in which a beat was overdue: percentiles of the beats alone would hide \
               the worst, because a heart that has stopped does not beat.",
        unit: noun("blocker", "blockers"),
        operation: noun("call", "calls"),
        latency: "from making a call to its return",
        scope: &["closed loop", "the calls sleep and compute nothing"],
        headline: headline(OPS_PER_S, "{units} blockers", "got through"),
        figures: vec![
            figure(
                "longest_gap_ns",
                "Longest gap",
                Unit::Nanoseconds,
                "The longest time between two beats, which should be 5 ms apart.",
            ),
            figure("late_share", "Time late", Unit::Share, "The share of the measured part in which a beat was overdue."),
        ],
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1),
            thread_pool => "a call in a pool's job blocks that job's thread, and the pool offers no other way",
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs"),
            actix_sync => "a SyncArbiter is what blocking calls are moved to: see the actors' cell",
            rayon_pool => "Rayon has no heartbeat: its jobs run until they end, and cannot wait for a point in time",
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
        },
        warm_up: |params| Params { units: params.units.min(4), rounds: 1, block_ms: 1, ..params },
        operations: |params| params.units as u64 * params.rounds,
        answer: |params, _| params.units as u64 * params.rounds,
        figure_values: no_figures,
    }
}

/// Something that blocks.
fn block(params: Params) {
    std::thread::sleep(Duration::from_millis(params.block_ms));
}
