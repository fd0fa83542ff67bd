//! An actor per unit. It asks its context to be called later, and until then is but a mailbox.

use std::sync::Arc;
use std::time::Instant;

use actix::prelude::*;

use super::{Oversleep, Params};
use crate::measure::{AsyncGate, Done, Growth, Halt, Lap, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

struct Sleeper {
    params: Params,
    unit: usize,
    waits: u64,
    lap: Option<Lap>,
    asleep: Arc<AsyncGate>,
    oversleep: Oversleep,
    measure: Measure,
    share: Share,
}

impl Actor for Sleeper {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Go;

impl Handler<Go> for Sleeper {
    type Result = ();

    fn handle(&mut self, _: Go, ctx: &mut Context<Self>) {
        self.lap = Some(self.measure.lap(self.unit, self.params.rounds));
        self.asleep.arrive();
        self.wait(ctx);
    }
}

impl Sleeper {
    // region: wait
    /// A handler must not sleep: it would hold up every actor of its arbiter. `run_later` leaves a timer in the actor's context,
    /// and returns.
    fn wait(&self, ctx: &mut Context<Self>) {
        let asked = Instant::now();
        ctx.run_later(self.params.wait(), move |sleeper, ctx| sleeper.awake(asked, ctx));
    }

    /// Called at least as much later as was asked: the timer is one of Tokio's, in ticks of one millisecond.
    fn awake(&mut self, asked: Instant, ctx: &mut Context<Self>) {
        self.waits += self.oversleep.awake(self.params, asked);
        let Some(lap) = &mut self.lap else { return };
        lap.done();
        if lap.another().is_some() {
            self.wait(ctx);
        } else {
            self.lap = None;
            self.share.report(self.waits);
            ctx.stop();
        }
    }
    // endregion
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (gate, asleep) = (AsyncGate::new(params.units), AsyncGate::new(params.units));
    let (tally, oversleep, mut growth) = (Tally::new(params.units), Oversleep::new(), Growth::default());
    let mut units = Vec::with_capacity(params.units);
    growth.read(0);
    for unit in 0..params.units {
        let (gate, asleep, measure, oversleep) = (gate.clone(), asleep.clone(), measure.clone(), oversleep.clone());
        let share = tally.share();
        // region: make
        units.push(Sleeper::start_in_arbiter(arbiters.of(unit), move |_| {
            // An actor is made on its arbiter, some time after it was asked for: the gate counts those that are there.
            gate.arrive();
            Sleeper { params, unit, waits: 0, lap: None, asleep, oversleep, measure, share }
        }));
        // endregion
    }

    gate.all_wait().await;
    let running = measure.start();
    for unit in &units {
        unit.do_send(Go);
    }
    // What they take is read when they wait for what they are to wait for.
    asleep.all_wait().await;
    growth.read(params.units);
    // region: join
    // Nobody can join an actor: each reports once, through its share of the tally, and one that ends without a report is noticed.
    let waits = tally.all().await?;
    // endregion
    Ok(oversleep.with_figures(running.stop(waits), &growth))
}
