//! `churn`: connections that are accepted, served one message and closed.

mod actix_actors;
mod actix_sync;
pub(crate) mod clients;
mod io_uring;
mod per_core;
mod smol_tasks;
mod thread_pool;
mod threads;
mod tokio_tasks;

use crate::cells;
use crate::generator::{Generator, Load, Port};
use crate::measure::{Halt, Measure};
use crate::parameters::{count, parameters};
use crate::workload::{Contract, OPS_PER_S, all_at_once, headline, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 1_000, 50)
            .label("Clients")
            .unit("units")
            .log()
            .help("How many connections there are at a time: each client has one, and begins the next when it has closed it."),
        rounds: u64 = count(1, 100_000, 100)
            .label("Connections each")
            .unit("rounds")
            .log()
            .help("How many each client has, one after the other.")
            .of_work(),
        message_bytes: usize = count(8, 1_024, 64)
            .label("Message")
            .unit("bytes")
            .log()
            .help("Length of the message that a client sends, and of its echo."),
    }
}

impl Params {
    fn connections(self) -> u64 {
        self.units as u64 * self.rounds
    }

    /// The clients of a service on this port.
    fn clients(self, port: &Port, measure: &Measure) -> Result<Generator, Halt> {
        let clients = Load::Churn(clients::Clients {
            service: port.address()?,
            clients: self.units,
            message_bytes: self.message_bytes,
            until: measure.until(self.connections()),
            seed: measure.seed(),
        });
        Generator::start(clients, measure.workers())
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "churn",
        source: (file!(), include_str!("mod.rs")),
        name: "Connection churn",
        summary: "Connections accepted, served one message and closed",
        help: "Clients connect, send one message, read its echo and close, again and again; the service is the model's, and each \
               connection is a new thread, task, actor or job. The clients are the same for every model: a few threads with an \
               epoll each, in a process of their own. With four cores, or with more cores than workers, they have half of them for themselves; else they \
               share them with the model, and take more of them than a service of tasks does: in their calls the kernel does both \
               sides' work of connecting and closing. Their CPU time is not in the measured part's. A client closes with a reset, so \
               that no port stays taken.",
        unit: noun("client", "clients"),
        operation: noun("connection", "connections"),
        latency: "from when a client connects to the last byte of its echo",
        scope: &[
            "loopback",
            "closed loop",
            "clients in another process, on the same cores if there are fewer than four and as many workers",
        ],
        headline: headline(OPS_PER_S, "{units} clients that connect anew for each message", "served"),
        figures: Vec::new(),
        cells: cells! {
            // A closed connection is the client's end and, for a moment, the service's: both may be of one process.
            threads => (threads, "threads.rs", threads: 1, files: 2),
            thread_pool => (thread_pool, "thread_pool.rs", files: 2),
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs", files: 2),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs", files: 2),
            tokio_per_core => (per_core, "per_core.rs", files: 2),
            actix_actors => (actix_actors, "actix_actors.rs", files: 2),
            actix_sync => (actix_sync, "actix_sync.rs", files: 2),
            actix_rt => (per_core, "per_core.rs", files: 2),
            tokio_actors => "what a connection is sent arrives at its socket and not in a queue: an actor by hand would be a task \
                             whose queue nobody writes to, and its cell that of Tokio",
            rayon_pool => "Rayon's threads are for work that never waits: a thread that waits for a socket serves nobody else",
            smol_tasks => (smol_tasks, "smol_tasks.rs", files: 2),
            io_uring => (io_uring, "io_uring.rs", files: 2),
        },
        warm_up: |params| Params { rounds: params.rounds.min(20), ..params },
        by_time: true,
        at_once: all_at_once,
        operations: Params::connections,
        answer: |_, seed, work| {
            (0..work.operations()).fold(0, |sum: u64, connection| sum.wrapping_add(clients::sent(seed, connection)))
        },
        figure_values: no_figures,
    }
}
