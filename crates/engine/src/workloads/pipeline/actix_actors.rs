//! An actor per stage, and one that puts the items in. A stage that finds the next mailbox full asks instead, and waits for the
//! answer with `ctx.wait`: until then it handles nothing more, and so its own mailbox fills too. All are on one arbiter, as
//! actors are that start each other, unless they are to be spread.

use actix::dev::SendError;
use actix::prelude::*;

use super::{Item, Items, Outcome, Params, Work, answer_of, gone, with_figures, works};
use crate::measure::{AsyncGate, Done, Halt, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

struct Stage {
    work: Work,
    next: Option<Addr<Stage>>,
}

impl Actor for Stage {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Pass(Item);

// region: work
impl Handler<Pass> for Stage {
    type Result = ();

    fn handle(&mut self, Pass(item): Pass, ctx: &mut Context<Self>) {
        let item = self.work.on(item);
        let Some(next) = &self.next else { return self.work.out(item) };
        if let Err(SendError::Full(item)) = next.try_send(Pass(item)) {
            // There is no way to wait for a place alone: an ask puts the item in all the same, and is over when the next stage
            // has handled it. `ctx.wait` keeps this actor from its mailbox until then, which `ctx.spawn` would not: that is
            // backpressure.
            ctx.wait(next.send(item).into_actor(self).map(|_, _, _| ()));
        }
    }
}
// endregion

/// What came of its work.
#[derive(Message)]
#[rtype(result = "Outcome")]
struct Tell;

impl Handler<Tell> for Stage {
    type Result = MessageResult<Tell>;

    fn handle(&mut self, _: Tell, _: &mut Context<Self>) -> Self::Result {
        MessageResult(self.work.outcome)
    }
}

struct Source {
    first: Addr<Stage>,
    work: Option<(Items, Share)>,
}

impl Actor for Source {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Go;

impl Handler<Go> for Source {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, _: Go, _: &mut Context<Self>) -> ResponseFuture<()> {
        let (first, work) = (self.first.clone(), self.work.take());
        // The future cannot borrow the actor, so it takes along what it needs.
        Box::pin(async move {
            let Some((items, mut share)) = work else { return };
            // region: wait
            for item in items {
                // If the first stage is gone, the source ends without a report, and the tally says so.
                let sent = match first.try_send(Pass(item)) {
                    Err(SendError::Full(item)) => first.send(item).await.is_ok(),
                    sent => sent.is_ok(),
                };
                if !sent {
                    return;
                }
            }
            // endregion
            share.report(0);
        })
    }
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    // The stages, and the source, which alone reports.
    let (gate, tally) = (AsyncGate::new(params.units + 1), Tally::new(1));
    let (items, works) = works(params, &measure);
    let mut stages: Vec<Addr<Stage>> = Vec::with_capacity(params.units);
    // From the last to the first, because each needs the address of the next.
    for (stage, work) in works.into_iter().enumerate().rev() {
        let (gate, next) = (gate.clone(), stages.last().cloned());
        // region: make
        stages.push(Stage::start_in_arbiter(arbiters.among(0, stage + 1), move |ctx| {
            gate.arrive();
            ctx.set_mailbox_capacity(params.capacity);
            Stage { work, next }
        }));
        // endregion
    }
    stages.reverse();
    let (arrived, first, work) = (gate.clone(), stages[0].clone(), Some((items, tally.share())));
    let source = Source::start_in_arbiter(arbiters.among(0, 0), move |_| {
        arrived.arrive();
        Source { first, work }
    });

    let mut outcomes = Vec::with_capacity(params.units);
    gate.all_wait().await;
    let running = measure.start();
    source.do_send(Go);
    tally.all().await?;
    // region: join
    // Asked from the first to the last, when everything has been put in: a stage that answers has handed everything on.
    for stage in &stages {
        outcomes.push(stage.send(Tell).await.map_err(|_| gone())?);
    }
    // endregion
    let done = running.stop(answer_of(&outcomes));
    Ok(with_figures(params, done, &outcomes))
}
