//! An actor a unit. It asks its context to be called later, and until then is but a mailbox.

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
        ctx.run_later(self.params.wait(), Self::awake);
    }
}

impl Sleeper {
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
            gate.arrive();
            Sleeper { params, waits: 0, lap: None, measure, share }
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    for unit in &units {
        unit.do_send(Go);
    }
    let waits = tally.all().await?;
    Ok(running.stop(waits))
}
