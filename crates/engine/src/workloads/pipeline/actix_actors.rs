//! An actor per stage, in turn on each arbiter. A stage that finds the next mailbox full asks instead, and waits for the answer
//! with `ctx.wait`: until then it handles nothing more, and so its own mailbox fills too.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix::dev::SendError;
use actix::prelude::*;

use super::{Item, Occupancy, Params, with_figures};
use crate::measure::{AsyncGate, Done, Halt, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

/// The queue before a stage: its address, and how many were sent there, because a mailbox does not tell how long it is.
#[derive(Clone)]
struct Queue {
    stage: Addr<Stage>,
    sent: Arc<AtomicU64>,
}

struct Stage {
    params: Params,
    next: Option<Queue>,
    sent: Arc<AtomicU64>,
    handled: u64,
    occupancy: Occupancy,
    /// What has come out, if this is the last stage.
    answer: u64,
    measure: Measure,
    share: Share,
}

impl Actor for Stage {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Pass(Item);

impl Handler<Pass> for Stage {
    type Result = ();

    fn handle(&mut self, Pass(item): Pass, ctx: &mut Context<Self>) {
        let waiting = self.sent.load(Ordering::Relaxed).saturating_sub(self.handled);
        self.occupancy.look(usize::try_from(waiting).unwrap_or(usize::MAX).clamp(1, self.params.capacity));
        self.handled += 1;
        let item = item.worked(self.params);
        match &self.next {
            Some(next) => {
                next.sent.fetch_add(1, Ordering::Relaxed);
                if let Err(SendError::Full(item)) = next.stage.try_send(Pass(item)) {
                    // There is no way to wait for a place alone: an ask puts the item in all the same, and is over when the next
                    // stage has handled it. `ctx.wait` keeps this actor from its mailbox until then, which `ctx.spawn` would not:
                    // that is backpressure.
                    ctx.wait(next.stage.send(item).into_actor(self).map(|_, _, _| ()));
                }
            }
            None => {
                // The last stage takes the items out itself: there is one queue fewer than in the other models.
                self.measure.record_since(item.put_in);
                self.answer = self.answer.wrapping_add(item.value);
                if self.handled == self.params.items {
                    self.share.report(self.answer);
                }
            }
        }
    }
}

/// How full its mailbox was.
#[derive(Message)]
#[rtype(result = "Occupancy")]
struct Tell;

impl Handler<Tell> for Stage {
    type Result = MessageResult<Tell>;

    fn handle(&mut self, _: Tell, _: &mut Context<Self>) -> Self::Result {
        MessageResult(self.occupancy)
    }
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    // The last stage reports for all.
    let (gate, tally) = (AsyncGate::new(params.units), Tally::new(1));
    let mut stages: Vec<Queue> = Vec::with_capacity(params.units);
    // From the last to the first, because each needs the address of the next.
    for stage in (0..params.units).rev() {
        let (gate, measure, share, next) = (gate.clone(), measure.clone(), tally.share(), stages.last().cloned());
        let sent = Arc::new(AtomicU64::new(0));
        let own = sent.clone();
        let stage = Stage::start_in_arbiter(arbiters.of(stage), move |ctx| {
            gate.arrive();
            ctx.set_mailbox_capacity(params.capacity);
            Stage { params, next, sent: own, handled: 0, occupancy: Occupancy::default(), answer: 0, measure, share }
        });
        stages.push(Queue { stage, sent });
    }
    stages.reverse();
    let gone = |error: MailboxError| Halt::Failed(format!("a stage is gone: {error}"));

    gate.all_wait().await;
    let running = measure.start();
    let first = &stages[0];
    for number in 0..params.items {
        first.sent.fetch_add(1, Ordering::Relaxed);
        let item = Item::new(number);
        if let Err(SendError::Full(item)) = first.stage.try_send(Pass(item)) {
            first.stage.send(item).await.map_err(gone)?;
        }
    }
    let answer = tally.all().await?;
    let done = running.stop(answer);
    let mut occupancies = Vec::with_capacity(params.units);
    for queue in &stages {
        occupancies.push(queue.stage.send(Tell).await.map_err(gone)?);
    }
    Ok(with_figures(params, done, &occupancies))
}
