//! An actor per blocker, and one for the heart. A handler that blocks keeps its arbiter from every other actor on it. The actors
//! of a SyncArbiter have a thread each, and may block.

use std::sync::Arc;

use actix::clock::sleep;
use actix::prelude::*;

use super::heartbeat::{Heartbeat, Span};
use super::{How, PAUSE, Params, block};
use crate::measure::{AsyncGate, Done, Halt, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

/// Blocks where that is allowed.
struct Aside {
    params: Params,
}

impl Actor for Aside {
    type Context = SyncContext<Self>;
}

#[derive(Message)]
#[rtype(result = "u64")]
struct Call;

// region: answer
impl Handler<Call> for Aside {
    type Result = u64;

    fn handle(&mut self, _: Call, _: &mut SyncContext<Self>) -> u64 {
        block(self.params)
    }
}
// endregion

struct Blocker {
    params: Params,
    unit: usize,
    aside: Addr<Aside>,
    measure: Measure,
    share: Option<Share>,
}

impl Actor for Blocker {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Go;

impl Handler<Go> for Blocker {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, _: Go, _: &mut Context<Self>) -> ResponseFuture<()> {
        let (params, unit, aside) = (self.params, self.unit, self.aside.clone());
        let (measure, share) = (self.measure.clone(), self.share.take());
        // The future cannot borrow the actor, so it takes along what it needs. The arbiter runs it beside the actors.
        Box::pin(async move {
            let mut calls = 0;
            let mut lap = measure.lap(unit, params.rounds);
            while lap.another().is_some() {
                // region: work
                calls += match params.how {
                    // In place the call keeps the arbiter until it returns. Aside, the answer comes as a message, and the arbiter
                    // serves others until it is there.
                    How::Broken => block(params),
                    // Without an answer this ends without a report, and the tally says so.
                    How::Mended => match aside.send(Call).await {
                        Ok(call) => call,
                        Err(_) => return,
                    },
                };
                // endregion
                lap.done();
                // region: wait
                sleep(PAUSE).await;
                // endregion
            }
            drop(lap);
            if let Some(mut share) = share {
                share.report(calls);
            }
        })
    }
}

struct Heart {
    heartbeat: Heartbeat,
    span: Arc<Span>,
}

impl Actor for Heart {
    type Context = Context<Self>;
}

impl Handler<Go> for Heart {
    type Result = ();

    fn handle(&mut self, _: Go, ctx: &mut Context<Self>) {
        self.heartbeat = Heartbeat::since(self.span.start());
        self.beat_later(ctx);
    }
}

impl Heart {
    // region: wait
    fn beat_later(&mut self, ctx: &mut Context<Self>) {
        // A handler must not sleep: `run_later` leaves a timer in the actor's context, and returns.
        ctx.run_later(self.heartbeat.wait(), |heart, ctx| {
            heart.heartbeat.beat();
            if !heart.span.is_over() {
                heart.beat_later(ctx);
            }
        });
    }
    // endregion
}

/// Stops it, and answers with its result.
#[derive(Message)]
#[rtype(result = "Heartbeat")]
struct Stop;

impl Handler<Stop> for Heart {
    type Result = MessageResult<Stop>;

    fn handle(&mut self, _: Stop, ctx: &mut Context<Self>) -> Self::Result {
        // A gap that lasts until the end counts too.
        self.heartbeat.beat();
        ctx.stop();
        MessageResult(self.heartbeat)
    }
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally, span) = (AsyncGate::new(params.units + 1), Tally::new(params.units), Arc::new(Span::default()));
    let heart = {
        let (gate, span) = (gate.clone(), span.clone());
        Heart::start_in_arbiter(arbiters.of(0), move |_| {
            gate.arrive();
            Heart { heartbeat: Heartbeat::since(span.start()), span }
        })
    };
    // region: make
    // As many threads as there can be calls at once, as in a pool that grows.
    let aside = SyncArbiter::start(params.units, move || Aside { params });
    // endregion
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, aside, measure, share) = (gate.clone(), aside.clone(), measure.clone(), tally.share());
        // region: make
        units.push(Blocker::start_in_arbiter(arbiters.of(unit), move |_| {
            gate.arrive();
            Blocker { params, unit, aside, measure, share: Some(share) }
        }));
        // endregion
    }

    gate.all_wait().await;
    let running = measure.start();
    span.begin();
    heart.do_send(Go);
    for unit in &units {
        unit.do_send(Go);
    }
    // region: join
    let calls = tally.all().await?;
    // endregion
    let done = running.stop(calls);
    span.end();
    let heartbeat = heart.send(Stop).await.map_err(|error| Halt::Failed(format!("the heart has stopped: {error}")))?;
    Ok(heartbeat.with_figures(done))
}
