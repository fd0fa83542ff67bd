//! An actor per unit. It asks its context to be called later, and until then is but a mailbox.

use actix::prelude::*;

use super::Params;
use crate::measure::{AsyncGate, Done, Halt, Lap, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

struct Sleeper {
    params: Params,
    waits: u64,
    lap: Option<Lap>,
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
        self.lap = Some(self.measure.lap());
        // A handler must not sleep: it would hold up every actor of its arbiter. `run_later` leaves a timer in the actor's
        // context, and returns.
        ctx.run_later(self.params.wait(), Self::awake);
    }
}

impl Sleeper {
    /// Called at least this much later: the timer is one of Tokio's, in ticks of one millisecond.
    fn awake(&mut self, ctx: &mut Context<Self>) {
        if let Some(lap) = &mut self.lap {
            lap.done();
        }
        self.waits += 1;
        if self.waits < self.params.rounds {
            ctx.run_later(self.params.wait(), Self::awake);
        } else {
            self.lap = None;
            self.share.report(self.waits);
            ctx.stop();
        }
    }
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally) = (AsyncGate::new(params.units), Tally::new(params.units));
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, measure, share) = (gate.clone(), measure.clone(), tally.share());
        units.push(Sleeper::start_in_arbiter(arbiters.of(unit), move |_| {
            // An actor is made on its arbiter, some time after it was asked for: the gate counts those that are there.
            gate.arrive();
            Sleeper { params, waits: 0, lap: None, measure, share }
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    for unit in &units {
        unit.do_send(Go);
    }
    // Nobody can join an actor: each reports once, through its share of the tally, and one that ends without a report is noticed.
    let waits = tally.all().await?;
    Ok(running.stop(waits))
}
