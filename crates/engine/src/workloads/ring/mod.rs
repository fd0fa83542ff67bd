//! `ring`: one token goes round all units. One unit runs at a time, so what is measured is the way from one to the next.

mod actix_actors;
mod per_core;
mod smol_tasks;
mod threads;
mod tokio_tasks;

use protocol::catalog::Unit;

use crate::cells;
use crate::measure::Halt;
use crate::parameters::{count, parameters};
use crate::workload::{Contract, OPS_PER_S, all_at_once, cost, headline, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(2, 1_000_000, 100)
            .label("Units")
            .unit("units")
            .log()
            .help("Threads, tasks or actors in the ring; each knows the next."),
        rounds: u64 = count(1, 1_000_000, 100)
            .label("Times round")
            .unit("rounds")
            .log()
            .of_work()
            .help("How often the token goes round all of them."),
    }
}

impl Params {
    fn hops(self) -> u64 {
        self.units as u64 * self.rounds
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "ring",
        source: (file!(), include_str!("mod.rs")),
        name: "Ring",
        summary: "One token goes round all units: what it costs to wake the next",
        help: "Each unit waits for the token and passes it to the next, through a queue of one; an actor is told. Only the unit \
               with the token has anything to do, so more cores do not help: a hop is one unit put aside and another woken. If \
               the next one's thread sleeps on another core, the hop is mostly the time to wake it: where neighbours are placed \
               decides more than the model. A hop is too short for a clock reading of its own: one in 64 is timed, at random.",
        unit: noun("unit", "units"),
        operation: noun("hop", "hops"),
        latency: "from one unit having the token to the next one having it; one in 64 is timed",
        scope: &["one token", "in memory"],
        headline: headline(OPS_PER_S, "a ring of {units} units", "made"),
        figures: vec![cost("hop_ns", "Cost of a hop", Unit::Nanoseconds, "The measured part divided by all hops.")],
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1, obeys: "placement"),
            thread_pool => "all units of the ring wait at the same time, and a thread of a pool waits for one only",
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs", obeys: "placement"),
            actix_rt => (per_core, "per_core.rs", obeys: "placement"),
            tokio_per_core => (per_core, "per_core.rs", obeys: "placement"),
            io_uring => (per_core, "per_core.rs", obeys: "placement"),
            tokio_actors => "an actor that waits for one message and passes it on is a task with a channel: see tokio",
            actix_sync => "the threads of a SyncArbiter share one address: there is no next one to send to",
            rayon_pool => "all units of the ring wait at the same time, and Rayon's threads are for work that never waits",
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
        },
        warm_up: |params| Params { rounds: params.rounds.min(20), ..params },
        by_time: true,
        at_once: all_at_once,
        operations: Params::hops,
        answer: |_, _, work| work.operations(),
        figure_values: no_figures,
    }
}

fn lost() -> Halt {
    Halt::Failed("the token is lost: a unit of the ring is gone".to_owned())
}
