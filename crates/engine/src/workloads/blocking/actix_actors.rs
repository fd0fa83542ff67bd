//! An actor per blocker, and one for the heart. A handler that blocks keeps its arbiter from every other actor on it. The actors
//! of a SyncArbiter have a thread each, and may block.

use std::sync::Arc;

use actix::prelude::*;

use super::heartbeat::{Heartbeat, INTERVAL, Span};
use super::{How, Params, block};
use crate::measure::{AsyncGate, Done, Halt, Lap, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

/// Blocks where that is allowed.
struct Aside {
    params: Params,
}

impl Actor for Aside {
    type Context = SyncContext<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Call;

impl Handler<Call> for Aside {
    type Result = ();

    fn handle(&mut self, _: Call, _: &mut SyncContext<Self>) {
        block(self.params);
    }
}

struct Blocker {
    params: Params,
    aside: Addr<Aside>,
    calls: u64,
    lap: Option<Lap>,
    measure: Measure,
    share: Share,
}

impl Actor for Blocker {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Next;

impl Handler<Next> for Blocker {
    type Result = ();

    fn handle(&mut self, _: Next, ctx: &mut Context<Self>) {
        self.lap.get_or_insert_with(|| self.measure.lap());
        match self.params.how {
            // In place all calls are made before the arbiter serves another actor: the message to itself in `called` does not
            // give way. Aside, the answer is a future in the actor's context, and the arbiter serves others until it is there.
            How::Broken => {
                block(self.params);
                self.called(ctx);
            }
            How::Mended => {
                let called = self.aside.send(Call).into_actor(self);
                ctx.spawn(called.map(|answer, blocker, ctx| if answer.is_ok() { blocker.called(ctx) } else { ctx.stop() }));
            }
        }
    }
}

impl Blocker {
    fn called(&mut self, ctx: &mut Context<Self>) {
        if let Some(lap) = &mut self.lap {
            lap.done();
        }
        self.calls += 1;
        if self.calls < self.params.rounds {
            ctx.notify(Next);
        } else {
            self.lap = None;
            self.share.report(self.calls);
            ctx.stop();
        }
    }
}

struct Heart {
    heartbeat: Heartbeat,
    span: Arc<Span>,
}

impl Actor for Heart {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Go;

impl Handler<Go> for Heart {
    type Result = ();

    fn handle(&mut self, _: Go, ctx: &mut Context<Self>) {
        self.heartbeat = Heartbeat::since(self.span.start());
        self.beat_later(ctx);
    }
}

impl Heart {
    fn beat_later(&mut self, ctx: &mut Context<Self>) {
        // A handler must not sleep: `run_later` leaves a timer in the actor's context, and returns.
        ctx.run_later(INTERVAL, |heart, ctx| {
            heart.heartbeat.beat();
            if !heart.span.is_over() {
                heart.beat_later(ctx);
            }
        });
    }
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
    // As many threads as there can be calls at once, as in a pool that grows.
    let aside = SyncArbiter::start(params.units, move || Aside { params });
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, aside, measure, share) = (gate.clone(), aside.clone(), measure.clone(), tally.share());
        units.push(Blocker::start_in_arbiter(arbiters.of(unit), move |_| {
            gate.arrive();
            Blocker { params, aside, calls: 0, lap: None, measure, share }
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    span.begin();
    heart.do_send(Go);
    for unit in &units {
        unit.do_send(Next);
    }
    let calls = tally.all().await?;
    let done = running.stop(calls);
    span.end();
    let heartbeat = heart.send(Stop).await.map_err(|error| Halt::Failed(format!("the heart has stopped: {error}")))?;
    Ok(heartbeat.with_figures(done))
}
