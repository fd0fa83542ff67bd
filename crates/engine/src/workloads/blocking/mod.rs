//! `blocking`: a heartbeat while some units call something that blocks, as it should not be done and as it should.

mod actix_actors;
mod heartbeat;
mod io_uring;
mod per_core;
mod smol_tasks;
mod threads;
mod tokio_tasks;

use std::time::{Duration, Instant};

use protocol::catalog::Unit;

use crate::cells;
use crate::parameters::{choice, choices, count, parameters};
use crate::workload::{Contract, all_at_once, cost, headline, no_figures, noun};

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
            .of_work()
            .help("How often each of them calls it, one call after the other."),
        block_ms: u64 = count(1, 10_000, 50)
            .label("A call blocks for")
            .unit("ms")
            .log()
            .help("As a file, a database driver or a lock might: the thread sleeps in the kernel."),
        how: How = choice(How::OPTIONS)
            .label("The call is run")
            .help("Run where it is called, it holds up everything that shares the thread: a mistake in every runtime, which \
                   shows what it costs. Moved aside, as their documentation asks for: spawn_blocking on Tokio and compio, a \
                   SyncArbiter for actors, unblock on smol. A thread needs nothing, and does the same either way."),
    }
}

choices! {
    /// Where the call that blocks is run.
    pub(super) enum How { Broken = "broken" / "where it is called", Mended = "mended" / "moved aside" }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "blocking",
        source: (file!(), include_str!("mod.rs")),
        name: "Blocking",
        summary: "A heartbeat while others block: one blocker can stop the rest",
        help: "A heartbeat, due every 5 ms, runs in the model beside units that call something that blocks. What counts is the \
               longest time without a beat, and the share of time in which a beat was overdue: percentiles of the beats alone \
               would hide the worst, because a heart that has stopped does not beat. Between two calls a unit waits for 1 ms, \
               as for its next request, and gives way. By default the call is run where it is called: in a task or an actor \
               that is a mistake, and the figures are the price of the mistake and not of the model.",
        unit: noun("blocker", "blockers"),
        operation: noun("call", "calls"),
        latency: "from the end of a unit's last call to the end of this one, the 1 ms between them included",
        scope: &["closed loop", "the calls sleep and compute nothing"],
        headline: headline("longest_gap_ns", "a heartbeat beside {units} blockers ({how})", "had"),
        figures: vec![
            cost(
                "longest_gap_ns",
                "Longest gap",
                Unit::Nanoseconds,
                "The longest time between two beats, which should be 5 ms apart.",
            ),
            cost("late_share", "Time late", Unit::Share, "The share of the measured part in which a beat was overdue."),
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
            actix_rt => (per_core, "per_core.rs"),
            tokio_per_core => (per_core, "per_core.rs"),
            io_uring => (io_uring, "io_uring.rs"),
            tokio_actors => "an actor by hand is a task: a call blocks its worker, or is moved aside, as any task's: see tokio",
        },
        // As many: the threads that calls are moved to are then there.
        warm_up: |params| Params { rounds: 1, block_ms: 1, ..params },
        by_time: true,
        at_once: all_at_once,
        operations: |params| params.units as u64 * params.rounds,
        // Calls that did block, and for as long as they should: all.
        answer: |_, _, work| work.operations(),
        figure_values: no_figures,
    }
}

/// Something that blocks: how many this is of the calls that blocked for as long as they should, 0 or 1.
fn block(params: Params) -> u64 {
    let (begun, time) = (Instant::now(), Duration::from_millis(params.block_ms));
    std::thread::sleep(time);
    u64::from(begun.elapsed() >= time)
}

/// Between two calls of a unit.
const PAUSE: Duration = Duration::from_millis(1);
