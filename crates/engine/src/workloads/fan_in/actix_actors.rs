//! An actor per producer, and one that consumes. `try_send` heeds the mailbox's bound, `do_send` does not, and what bounds an ask
//! is that it waits for its answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix::dev::SendError;
use actix::prelude::*;

use super::{Message, Params, Queue, Send, handle, with_figures};
use crate::measure::{AsyncGate, Done, Halt, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

/// Counts what was sent to it, because a mailbox does not tell how long it is.
struct Consumer {
    handled: u64,
    answer: u64,
    peak: u64,
    sent: Arc<AtomicU64>,
    measure: Measure,
}

impl Actor for Consumer {
    type Context = Context<Self>;
}

#[derive(actix::Message)]
#[rtype(result = "u64")]
struct Handle(Message);

impl Handler<Handle> for Consumer {
    type Result = u64;

    fn handle(&mut self, Handle(message): Handle, _: &mut Context<Self>) -> u64 {
        self.peak = self.peak.max(self.sent.load(Ordering::Relaxed).saturating_sub(self.handled));
        self.handled += 1;
        let handled = handle(message.number);
        self.answer = self.answer.wrapping_add(handled);
        self.measure.record_since(message.sent);
        handled
    }
}

/// The result: the sum, and the most messages that waited.
#[derive(actix::Message)]
#[rtype(result = "(u64, u64)")]
struct Total;

impl Handler<Total> for Consumer {
    type Result = MessageResult<Total>;

    fn handle(&mut self, _: Total, _: &mut Context<Self>) -> Self::Result {
        MessageResult((self.answer, self.peak))
    }
}

struct Producer {
    params: Params,
    consumer: Addr<Consumer>,
    sent: Arc<AtomicU64>,
    share: Option<Share>,
}

impl Actor for Producer {
    type Context = Context<Self>;
}

#[derive(actix::Message)]
#[rtype(result = "()")]
struct Go;

impl Handler<Go> for Producer {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, _: Go, _: &mut Context<Self>) -> ResponseFuture<()> {
        let (params, consumer, sent, share) = (self.params, self.consumer.clone(), self.sent.clone(), self.share.take());
        // The future cannot borrow the actor, so it takes along what it needs. It runs as a task of the arbiter, beside the
        // actor: while it waits, the arbiter serves others.
        Box::pin(async move {
            // If the consumer is gone, this producer ends without a report, and the tally says so.
            if let (Ok(waited), Some(mut share)) = (produce(params, &consumer, &sent).await, share) {
                share.report(waited);
            }
        })
    }
}

/// How many of its sends found the mailbox full.
async fn produce(params: Params, consumer: &Addr<Consumer>, sent: &AtomicU64) -> Result<u64, MailboxError> {
    let mut waited = 0;
    for number in 0..params.messages {
        sent.fetch_add(1, Ordering::Relaxed);
        let message = Handle(Message::new(number));
        match (params.send, params.queue) {
            (Send::Ask, _) => drop(consumer.send(message).await?),
            (Send::Tell, Queue::Unbounded) => consumer.do_send(message),
            (Send::Tell, Queue::Bounded) => match consumer.try_send(message) {
                Ok(()) => {}
                Err(SendError::Full(message)) => {
                    waited += 1;
                    // There is no way to wait for a place alone. An ask puts the message in all the same, and goes on when it has
                    // been handled.
                    consumer.send(message).await?;
                }
                Err(SendError::Closed(_)) => return Err(MailboxError::Closed),
            },
        }
    }
    Ok(waited)
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally, sent) = (AsyncGate::new(params.units), Tally::new(params.units), Arc::new(AtomicU64::new(0)));
    let consumer = {
        let (sent, measure) = (sent.clone(), measure.clone());
        Consumer::start_in_arbiter(arbiters.of(0), move |ctx| {
            // Kept per address: one is refused only after it has itself put a message into a mailbox that was then full. So more
            // messages can wait than this, the more the more producers there are.
            ctx.set_mailbox_capacity(params.capacity);
            Consumer { handled: 0, answer: 0, peak: 0, sent, measure }
        })
    };
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, consumer, sent, share) = (gate.clone(), consumer.clone(), sent.clone(), tally.share());
        units.push(Producer::start_in_arbiter(arbiters.of(unit), move |_| {
            gate.arrive();
            Producer { params, consumer, sent, share: Some(share) }
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    for unit in &units {
        unit.do_send(Go);
    }
    let waited = tally.all().await?;
    // Asked after everything has been sent: when it is answered, everything has been handled.
    let (answer, peak) = consumer.send(Total).await.map_err(|error| Halt::Failed(format!("the consumer is gone: {error}")))?;
    let peak = usize::try_from(peak).unwrap_or(usize::MAX);
    Ok(with_figures(params, running.stop(answer), peak, waited))
}
