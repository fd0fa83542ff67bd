//! `fan-in`: many producers, one consumer. What differs is what happens when the consumer cannot keep up.

mod actix_actors;
mod smol_tasks;
mod threads;
mod tokio_tasks;

use std::time::Instant;

use protocol::catalog::Unit;

use crate::cells;
use crate::measure::Done;
use crate::parameters::{choice, choices, count, parameters};
use crate::workload::{Contract, OPS_PER_S, figure, headline, mixed, no_figures, noun};

parameters! {
    /// What every cell of this workload is given.
    pub(super) struct Params {
        units: usize = count(1, 100_000, 100)
            .label("Producers")
            .unit("units")
            .log()
            .help("Threads, tasks or actors that send; one more receives."),
        messages: u64 = count(1, 1_000_000, 1_000)
            .label("Messages each")
            .unit("messages")
            .log()
            .help("How many each of them sends, one after the other."),
        queue: Queue = choice(Queue::OPTIONS)
            .label("Queue")
            .help("A bounded queue makes the sender wait when it is full. An unbounded one never does, and grows instead."),
        capacity: usize = count(1, 100_000, 64)
            .label("Capacity")
            .unit("messages")
            .log()
            .help("Messages that a bounded queue holds."),
        send: Send = choice(Send::OPTIONS)
            .label("Send")
            .help("Tell: the producer goes on at once. Ask: it waits for the answer to each message."),
    }
}

choices! {
    /// Whether the queue has an end.
    pub(super) enum Queue { Bounded = "bounded" / "bounded", Unbounded = "unbounded" / "unbounded" }
}

choices! {
    /// Whether a producer waits for an answer.
    pub(super) enum Send { Tell = "tell" / "tell", Ask = "ask" / "ask" }
}

impl Params {
    fn total(self) -> u64 {
        self.units as u64 * self.messages
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "fan-in",
        name: "Fan-in",
        summary: "Many producers, one consumer: who waits when it cannot keep up",
        help: "Each producer sends its messages as fast as it may; the consumer does a little work on each. With a bounded queue \
               a send that finds it full waits; with an unbounded one the messages pile up, which looks fast until memory runs \
               out. An actor's mailbox refuses try_send when it is full, and that message is then sent as an ask; do_send \
               ignores the bound, and so does an ask, which is limited only because it waits for its answer: one message per \
               producer.",
        unit: noun("producer", "producers"),
        operation: noun("message", "messages"),
        latency: "from sending a message to its being handled",
        scope: &["closed loop", "in memory"],
        headline: headline(OPS_PER_S, "{units} producers and one consumer", "handled"),
        figures: vec![
            figure("queue_peak", "Queue, greatest", Unit::Count, "The most messages that waited at one time."),
            figure("waited_sends", "Sends that waited", Unit::Share, "Sends that found the queue full, and waited for a place."),
        ],
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1),
            thread_pool => "a producer that waits keeps its thread, and with more producers than threads the others would never \
                            begin",
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs"),
            actix_sync => "a SyncArbiter has as many consumers as threads, and here there is to be one",
            rayon_pool => "a producer that waits keeps a thread that is for work, and the others would never begin",
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
        },
        warm_up: |params| Params { units: params.units.min(8), messages: params.messages.min(100), ..params },
        operations: Params::total,
        answer: |params, _| {
            let each = (0..params.messages).fold(0, |sum: u64, number| sum.wrapping_add(handle(number)));
            each.wrapping_mul(params.units as u64)
        },
        figure_values: no_figures,
    }
}

/// What is sent.
#[derive(Clone, Copy, Debug)]
struct Message {
    number: u64,
    sent: Instant,
}

impl Message {
    fn new(number: u64) -> Self {
        Self { number, sent: Instant::now() }
    }
}

/// The consumer's work: a few instructions.
fn handle(number: u64) -> u64 {
    mixed(number)
}

/// With what is known when all has been handled.
fn with_figures(params: Params, done: Done, queue_peak: usize, waited: u64) -> Done {
    done.with("queue_peak", queue_peak as f64).with("waited_sends", waited as f64 / params.total() as f64)
}
