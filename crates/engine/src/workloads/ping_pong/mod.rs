//! `ping-pong`: pairs of units that pass one number to and fro. What differs is what it costs to wake the other.

mod actix_actors;
mod per_core;
mod smol_tasks;
mod threads;
mod tokio_actors;
mod tokio_tasks;

use crate::cells;
use crate::parameters::{count, parameters};
use crate::workload::{Contract, OPS_PER_S, all_at_once, few, headline, no_figures, noun};

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
    }
}

impl Params {
    fn pairs(self) -> usize {
        self.units / 2
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "ping-pong",
        source: (file!(), include_str!("mod.rs")),
        name: "Ping-pong",
        summary: "Pairs that pass a number to and fro: what it costs to wake the other",
        help: "One unit of a pair sends a number through a queue of one and waits; the other adds one and sends it back. Threads \
               and tasks use a channel each way; an actor asks the other and awaits the answer. Waking a thread that sleeps on \
               another core can cost tens of times more than going on on the same one: where the two of a pair are placed \
               decides more than the model. A round trip is too short for a clock reading of its own: one in 64 is timed, at \
               random.",
        unit: noun("unit", "units"),
        operation: noun("round trip", "round trips"),
        latency: "from sending the number to having it back; one in 64 is timed, at random",
        scope: &["closed loop", "in memory"],
        headline: headline(OPS_PER_S, "{units} units in pairs", "made"),
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
            io_uring => (per_core, "per_core.rs", obeys: "placement"),
            tokio_actors => (tokio_actors, "tokio_actors.rs"),
        },
        warm_up: |params| Params { rounds: params.rounds.min(few(params.pairs(), 4_000, 200)), ..params },
        by_time: true,
        at_once: all_at_once,
        operations: |params| params.pairs() as u64 * params.rounds,
        // Each pair's number counts its round trips.
        answer: |_, _, work| work.operations(),
        figure_values: no_figures,
    }
}
