//! `http`: a small service under requests that do not wait, over connections that are kept.

mod actix_web;
pub(crate) mod clients;
mod io_uring;
mod item;
mod per_core;
mod smol_tasks;
mod threads;
mod tokio_tasks;

use std::time::Duration;

use protocol::catalog::{ARRIVALS_LATE, Unit};

use self::clients::Rate;
use crate::cells;
use crate::generator::{Generator, Load, Port};
use crate::measure::{Halt, Measure};
use crate::parameters::{choice, choices, count, parameters};
use crate::workload::{Contract, all_at_once, cost, figure, gain, headline, mixed, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 1_000, 32)
            .label("Connections")
            .unit("units")
            .log()
            .help("TCP connections that are kept open. A request takes one that is free; if none is, it waits for one."),
        rate: u64 = count(100, 1_000_000, 10_000)
            .label("Requests")
            .unit("per second")
            .log()
            .help("How many requests are due per second, answered or not. Independent of each other (Poisson), so that some are \
                   close together."),
        requests: u64 = count(1, 1_000_000, 5_000)
            .label("Number")
            .unit("requests")
            .log()
            .help("How many requests there are; of each rate, if several are tried.")
            .of_work(),
        find: Find = choice(Find::OPTIONS)
            .label("Find")
            .help("The latency at this rate, or the greatest rate that is held: a search by halves between 1,000 and 1,000,000 \
                   requests per second, in eight steps. Each step is as long as the measured part, and longer if its rate is \
                   too much."),
        limit_ms: u64 = count(1, 1_000, 5)
            .label("Limit")
            .unit("ms")
            .log()
            .help("A rate is held if 99 in 100 of its requests are answered within this time from when they were due."),
    }
}

choices! {
    /// What is searched for.
    pub(super) enum Find { Latency = "latency" / "the latency at this rate", Rate = "rate" / "the greatest rate that is held" }
}

impl Params {
    fn rate(self) -> Rate {
        match self.find {
            Find::Latency => Rate::Fixed(self.rate as f64),
            Find::Rate => Rate::Greatest,
        }
    }

    /// The clients of a service on this port.
    fn clients(self, port: &Port, measure: &Measure) -> Result<Generator, Halt> {
        let clients = Load::Http(clients::Clients {
            service: port.address()?,
            connections: self.units,
            rate: self.rate(),
            until: measure.until(self.requests),
            limit: Duration::from_millis(self.limit_ms),
            seed: measure.seed(),
        });
        Generator::start(clients, measure.workers())
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "http",
        source: (file!(), include_str!("mod.rs")),
        name: "HTTP",
        summary: "A small service under requests that do not wait, over kept connections",
        help: "Each request asks for an item by its id and gets a few bytes of JSON. The service is written as the model's community \
               would: with hyper on Tokio, smol and compio, with actix-web for Actix, with a thread per connection and httparse for \
               threads, so it is libraries that are compared as well as models. Requests are sent when they are due, whatever has \
               become of the last ones, and latencies count from then: a service that falls behind cannot hide it. The clients are \
               the same for every model: one thread with an epoll, in a process of its own. With four cores, or with more cores than \
               workers, it has one for itself; else it shares them with the model, and what it takes is not there for the service. Its own \
               lateness is in the latency, and in a figure of its own.",
        unit: noun("connection", "connections"),
        operation: noun("request", "requests"),
        latency: "from when a request was due to the last byte of its answer; of the greatest rate that was held, if several are tried",
        scope: &[
            "loopback",
            "open loop",
            "clients in another process, on the same cores if there are fewer than four and as many workers",
        ],
        headline: headline("latency_ns.p99", "{rate} HTTP requests per second", "answered"),
        figures: vec![
            gain(
                "rate_held",
                "Rate held",
                Unit::PerSecond,
                "The greatest of the rates tried of which 99 in 100 requests were answered within the limit; 0 if there was none.",
            ),
            figure("offered_per_s", "Offered", Unit::PerSecond, "Requests per second that were really due."),
            cost(
                "sent_late_p99_ns",
                "Noticed late, p99",
                Unit::Nanoseconds,
                "How late the clients were with a request that was due.",
            ),
            figure(
                ARRIVALS_LATE,
                "Lateness in the latency",
                Unit::Share,
                "How late the clients were by the latency of requests, each as its p99. Above a quarter no difference in latency \
                 is told: it is as much the clients' as the model's.",
            ),
        ],
        cells: cells! {
            // Both ends of a connection may be of one process.
            threads => (threads, "threads.rs", threads: 1, files: 2, library: "httparse"),
            thread_pool => "a thread of a pool stays with its connection until it is closed: a pool of two would serve two \
                            connections, and the others would wait for ever",
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs", files: 2, library: "hyper"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs", files: 2, library: "hyper"),
            tokio_per_core => (per_core, "per_core.rs", files: 2, library: "hyper"),
            actix_actors => (actix_web, "actix_web.rs", files: 2, library: "actix-web"),
            actix_sync => "a thread of a SyncArbiter stays with its connection until it is closed: two threads would serve two \
                           connections, and the others would wait for ever",
            actix_rt => "actix-web is just that, tasks on arbiters without an actor: it is the cell of Actix",
            tokio_actors => "what a connection is sent arrives at its socket and not in a queue: an actor by hand would be a task \
                             whose queue nobody writes to, and its cell that of Tokio",
            rayon_pool => "Rayon's threads are for work that never waits: a thread that waits for a socket serves nobody else",
            smol_tasks => (smol_tasks, "smol_tasks.rs", files: 2, library: "hyper"),
            io_uring => (io_uring, "io_uring.rs", files: 2, library: "hyper"),
        },
        warm_up: |params| Params { requests: params.requests.min(500), find: Find::Latency, ..params },
        by_time: true,
        at_once: all_at_once,
        operations: |params| params.requests * clients::tried(params.rate()),
        answer: |_, seed, work| {
            (0..work.operations()).fold(0, |sum: u64, request| sum.wrapping_add(mixed(item::asked(seed, request))))
        },
        figure_values: no_figures,
    }
}
