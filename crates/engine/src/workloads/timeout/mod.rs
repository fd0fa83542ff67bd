//! `timeout`: a timeout around each operation, nearly always cancelled: the commonest use of a timer.

mod actix_actors;
mod io_uring;
mod per_core;
mod smol_tasks;
mod threads;
mod tokio_actors;
mod tokio_tasks;

use std::time::Duration;

use crate::cells;
use crate::measure::Halt;
use crate::parameters::{choice, choices, count, parameters};
use crate::workload::{Contract, OPS_PER_S, all_at_once, headline, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(2, 1_000_000, 20)
            .multiple_of(2)
            .label("Units")
            .unit("units")
            .log()
            .help("Two make a pair: one that sends and waits, one that answers."),
        rounds: u64 = count(1, 10_000_000, 10_000)
            .label("Round trips each")
            .unit("rounds")
            .log()
            .of_work()
            .help("How often each pair passes its number to and fro."),
        timeout_ms: u64 = count(100, 60_000, 1_000)
            .label("Timeout")
            .unit("ms")
            .log()
            .help("How long an answer may take. None takes so long: a timer is set and taken back each time."),
        with: With = choice(With::OPTIONS)
            .label("An answer is awaited")
            .help("With a timeout, or without one: the same work with no timer, for comparison."),
    }
}

choices! {
    /// Whether an answer is awaited for a limited time.
    pub(super) enum With { Timeout = "timeout" / "with a timeout", Nothing = "none" / "for ever" }
}

impl Params {
    fn pairs(self) -> usize {
        self.units / 2
    }

    fn timeout(self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    /// The answer did not come.
    fn too_late(self) -> Halt {
        Halt::Failed(format!("an answer took longer than the timeout of {} ms", self.timeout_ms))
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "timeout",
        name: "Timeouts",
        summary: "A timeout around each operation, nearly always cancelled: what the timer costs",
        help: "One unit of a pair asks, the other answers, and the answer is awaited for a limited time, as a service awaits a \
               database. It comes long before that, so the timer is set and taken back again. Run it a second time without the \
               timeout: the difference is the timer. A thread's wait has its end in the same system call; a task's timer is an \
               entry in a wheel (Tokio) or a tree (smol, compio) that is made and removed. A round trip is too short for a clock \
               reading of its own: one in 64 is timed, at random.",
        unit: noun("unit", "units"),
        operation: noun("round trip", "round trips"),
        latency: "from asking to having the answer; one in 64 is timed, at random",
        scope: &["closed loop", "in memory"],
        headline: headline(OPS_PER_S, "{units} units in pairs, each answer {with}", "made"),
        figures: Vec::new(),
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1, obeys: "placement"),
            thread_pool => "both of a pair must run for either to end: with more pairs than threads, those that wait keep the \
                            others from ever beginning",
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs", obeys: "placement"),
            actix_sync => "an actor of a SyncArbiter blocks its thread while it waits for the other: with more pairs than \
                           threads, none would ever be answered",
            rayon_pool => "both of a pair must run for either to end, and Rayon may run one of them only when the other has \
                           ended",
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
            actix_rt => (per_core, "per_core.rs", obeys: "placement"),
            tokio_per_core => (per_core, "per_core.rs", obeys: "placement"),
            io_uring => (io_uring, "io_uring.rs", obeys: "placement"),
            tokio_actors => (tokio_actors, "tokio_actors.rs"),
        },
        warm_up: |params| Params { rounds: params.rounds.min(200), ..params },
        by_time: true,
        at_once: all_at_once,
        operations: |params| params.pairs() as u64 * params.rounds,
        // Each pair's number counts its round trips.
        answer: |_, _, work| work.operations(),
        figure_values: no_figures,
    }
}
