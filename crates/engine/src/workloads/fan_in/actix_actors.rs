//! An actor per producer, and one that consumes. `try_send` heeds the mailbox's bound, `do_send` does not, and what bounds an ask
//! is that it waits for its answer. All are on one arbiter, as actors are that start each other, unless they are to be spread.

use actix::dev::SendError;
use actix::prelude::*;

use super::{Message, Messages, Params, Queue, Send, Total, gone};
use crate::measure::{AsyncGate, Done, Halt, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

struct Consumer(super::Consumer);

impl Actor for Consumer {
    type Context = Context<Self>;
}

#[derive(actix::Message)]
#[rtype(result = "u64")]
struct Handle(Message);

// region: answer
impl Handler<Handle> for Consumer {
    type Result = u64;

    fn handle(&mut self, Handle(message): Handle, _: &mut Context<Self>) -> u64 {
        // A mailbox does not tell how long it is. What was handled since this message was sent had been in it: nothing overtakes.
        self.0.handle(message, |before| before)
    }
}
// endregion

/// What came of it all.
#[derive(actix::Message)]
#[rtype(result = "Total")]
struct Tell;

impl Handler<Tell> for Consumer {
    type Result = MessageResult<Tell>;

    fn handle(&mut self, _: Tell, _: &mut Context<Self>) -> Self::Result {
        MessageResult(self.0.total)
    }
}

struct Producer {
    params: Params,
    consumer: Addr<Consumer>,
    work: Option<(Messages, Share)>,
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
        let (params, consumer, work) = (self.params, self.consumer.clone(), self.work.take());
        // The future cannot borrow the actor, so it takes along what it needs. It runs as a task of the arbiter, beside the
        // actor: while it waits, the arbiter serves others.
        Box::pin(async move {
            let Some((messages, mut share)) = work else { return };
            // If the consumer is gone, this producer ends without a report, and the tally says so.
            if let Ok(waited) = produce(params, messages, &consumer).await {
                share.report(waited);
            }
        })
    }
}

/// How many of its sends found the mailbox full.
async fn produce(params: Params, messages: Messages, consumer: &Addr<Consumer>) -> Result<u64, MailboxError> {
    let mut waited = 0;
    // region: wait
    for message in messages {
        match (params.send, params.queue) {
            (Send::Ask, _) => drop(consumer.send(Handle(message)).await?),
            (Send::Tell, Queue::Unbounded) => consumer.do_send(Handle(message)),
            (Send::Tell, Queue::Bounded) => match consumer.try_send(Handle(message)) {
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
        // `do_send` never makes it wait: it would keep its arbiter until its last message.
        params.give_way_after(message.number).await;
    }
    // endregion
    Ok(waited)
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally) = (AsyncGate::new(params.units + 1), Tally::new(params.units));
    let own = super::Consumer::new(&measure);
    let (taken, arrived) = (own.taken.clone(), gate.clone());
    // region: make
    let consumer = Consumer::start_in_arbiter(arbiters.among(0, 0), move |ctx| {
        arrived.arrive();
        // Kept per address: one is refused only after it has itself put a message into a mailbox that was then full. So more
        // messages can wait than this, by two for each producer: that one, and the one that it then asks with.
        ctx.set_mailbox_capacity(params.capacity);
        Consumer(own)
    });
    // endregion
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, consumer) = (gate.clone(), consumer.clone());
        let work = Some((Messages::new(params, unit, &measure, &taken), tally.share()));
        // region: make
        units.push(Producer::start_in_arbiter(arbiters.among(0, unit + 1), move |_| {
            gate.arrive();
            Producer { params, consumer, work }
        }));
        // endregion
    }

    gate.all_wait().await;
    let running = measure.start();
    for unit in &units {
        unit.do_send(Go);
    }
    // region: join
    let waited = tally.all().await?;
    // Asked after everything has been sent: when it is answered, everything has been handled.
    let total = consumer.send(Tell).await.map_err(|_| gone())?;
    // endregion
    let done = running.stop(total.answer);
    Ok(total.with_figures(done, waited))
}
