//! `fan-in`: many producers, one consumer. What differs is what happens when the consumer cannot keep up.

mod actix_actors;
mod per_core;
mod queue;
mod smol_tasks;
mod threads;
mod tokio_actors;
mod tokio_tasks;

use protocol::catalog::Unit;
use smol::future::yield_now;

use crate::cells;
use crate::measure::{Done, Halt, Measure, Sample, Sampler, Taken, Work};
use crate::parameters::{choice, choices, count, parameters};
use crate::workload::{Contract, OPS_PER_S, all_at_once, figure, headline, mixed, no_figures, noun};

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
            .of_work()
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

    /// A task has sent the message of this number: does it let others run? What a full queue or an answer makes it wait for does
    /// that too; without it a producer of an unbounded queue would keep its thread until its last message.
    async fn give_way_after(self, number: u64) {
        const MESSAGES: u64 = 64;
        if self.queue == Queue::Unbounded && self.send == Send::Tell && (number + 1).is_multiple_of(MESSAGES) {
            yield_now().await;
        }
    }
}

pub(super) fn workload() -> Contract<Params> {
    Contract {
        id: "fan-in",
        source: (file!(), include_str!("mod.rs")),
        name: "Fan-in",
        summary: "Many producers, one consumer: who waits when it cannot keep up",
        help: "Each producer sends its messages as fast as it may; the consumer does a little work on each. With a bounded queue \
               a send that finds it full waits; with an unbounded one the messages pile up, which looks fast until memory runs \
               out, and a task or an actor gives way after 64 of them. An actor's mailbox refuses try_send when it is full, and \
               that message is then sent as an ask; do_send ignores the bound, and so does an ask, which is limited only \
               because it waits for its answer: one message per producer. Actors, and tasks that stay on their core, are all \
               on the consumer's, and one core does all the work, unless neighbours are to be spread. A message is too short \
               for a clock reading of its own: one in 64 is timed, at random.",
        unit: noun("producer", "producers"),
        operation: noun("message", "messages"),
        latency: "from sending a message, and waiting for its place, to its being handled; one in 64 is timed, at random",
        scope: &["producers that never pause", "in memory"],
        headline: headline(OPS_PER_S, "{units} producers and one consumer", "handled"),
        figures: vec![
            figure(
                "queue_peak",
                "Queue, greatest",
                Unit::Count,
                "The most messages that were seen to wait in the queue. It is looked at with the messages that are timed.",
            ),
            figure("waited_sends", "Sends that waited", Unit::Share, "Sends that found the queue full, and waited for a place."),
        ],
        cells: cells! {
            threads => (threads, "threads.rs", threads: 1, obeys: "placement"),
            thread_pool => "a producer that waits keeps its thread, and with more producers than threads the others would never \
                            begin",
            tokio_tasks => (tokio_tasks, "tokio_tasks.rs"),
            tokio_current_thread => (tokio_tasks, "tokio_tasks.rs"),
            actix_actors => (actix_actors, "actix_actors.rs", obeys: "placement"),
            actix_sync => "a SyncArbiter has as many consumers as threads, and here there is to be one",
            rayon_pool => "a producer that waits keeps a thread that is for work, and the others would never begin",
            smol_tasks => (smol_tasks, "smol_tasks.rs"),
            actix_rt => (per_core, "per_core.rs", obeys: "placement"),
            tokio_per_core => (per_core, "per_core.rs", obeys: "placement"),
            io_uring => (per_core, "per_core.rs", obeys: "placement"),
            tokio_actors => (tokio_actors, "tokio_actors.rs"),
        },
        warm_up: |params| Params { messages: params.messages.min(100), ..params },
        by_time: true,
        at_once: all_at_once,
        operations: Params::total,
        answer,
        figure_values: no_figures,
    }
}

/// What is sent.
#[derive(Clone, Copy, Debug)]
struct Message {
    number: u64,
    timed: Option<Timed>,
}

/// Of a message that is timed: when it was sent, and how many the consumer had taken by then.
#[derive(Clone, Copy, Debug)]
struct Timed {
    sample: Sample,
    taken: u64,
}

/// The messages of one producer, one after the other, for as long as it is to send some.
struct Messages {
    sampler: Sampler,
    taken: Taken,
}

impl Messages {
    fn new(params: Params, unit: usize, measure: &Measure, taken: &Taken) -> Self {
        Self { sampler: measure.sampler(unit, params.messages), taken: taken.clone() }
    }
}

impl Iterator for Messages {
    type Item = Message;

    fn next(&mut self) -> Option<Message> {
        let number = self.sampler.another()?;
        let timed = self.sampler.begin().map(|sample| Timed { sample, taken: self.taken.so_far() });
        Some(Message { number, timed })
    }
}

/// What the consumer does with the messages, the same in every model.
struct Consumer {
    measure: Measure,
    taken: Taken,
    total: Total,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default)]
struct Total {
    answer: u64,
    /// The most messages that were seen to wait.
    peak: u64,
}

impl Consumer {
    fn new(measure: &Measure) -> Self {
        Self { measure: measure.clone(), taken: Taken::default(), total: Total::default() }
    }

    /// `waiting` is asked with a message that is timed: how many wait in the queue, if so many were handled between its being
    /// sent and its turn?
    #[track_caller]
    fn handle(&mut self, message: Message, waiting: impl FnOnce(u64) -> u64) -> u64 {
        let before = self.taken.one();
        let handled = handle(message.number);
        self.total.answer = self.total.answer.wrapping_add(handled);
        if let Some(Timed { sample, taken }) = message.timed {
            self.measure.sampled(sample);
            self.total.peak = self.total.peak.max(waiting(before - taken));
        }
        handled
    }
}

impl Total {
    /// With what is known when all has been handled: so many sends waited for a place.
    fn with_figures(self, done: Done, waited: u64) -> Done {
        let share = waited as f64 / done.operations.max(1) as f64;
        done.with("queue_peak", self.peak as f64).with("waited_sends", share)
    }
}

/// A few instructions.
fn handle(number: u64) -> u64 {
    mixed(number)
}

/// Each producer numbers its messages from 0, and goes on as far as it comes.
fn answer(params: Params, _: u64, work: &Work) -> u64 {
    let mut ends: Vec<u64> = (0..params.units).map(|unit| work.of(unit, params.messages)).collect();
    ends.sort_unstable();
    let (mut at, mut of_one, mut sum) = (0, 0_u64, 0_u64);
    for end in ends {
        of_one = (at..end).fold(of_one, |sum, number| sum.wrapping_add(handle(number)));
        at = end;
        sum = sum.wrapping_add(of_one);
    }
    sum
}

fn gone() -> Halt {
    Halt::Failed("the consumer is gone".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_before_a_message_and_not_yet_taken_is_before_it() {
        let params = Params { units: 1, messages: 10_000, queue: Queue::Unbounded, capacity: 1, send: Send::Tell };
        let measure = Measure::new(1, 1, 42);
        let running = measure.start();
        let mut consumer = Consumer::new(&measure);
        // All are sent before the first is taken: before the last that is timed there are all but a few.
        let queue: Vec<Message> = Messages::new(params, 0, &measure, &consumer.taken).collect();
        queue.into_iter().for_each(|message| assert_eq!(consumer.handle(message, |before| before), handle(message.number)));
        let done = running.stop(consumer.total.answer);
        assert_eq!((done.operations, done.answer), (10_000, answer(params, 0, &Work::fixed(10_000))));
        assert!((9_000..10_000).contains(&consumer.total.peak), "{}", consumer.total.peak);
    }
}
