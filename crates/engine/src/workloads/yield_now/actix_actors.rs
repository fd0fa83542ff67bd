//! An actor a unit. It sends itself a message, and handles it when its arbiter has been round all others.

use actix::prelude::*;

use super::{BATCH, Params};
use crate::measure::{AsyncGate, Done, Halt, Lap, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

struct Unit {
    params: Params,
    yields: u64,
    lap: Option<Lap>,
    measure: Measure,
    share: Share,
}

impl Actor for Unit {
    type Context = Context<Self>;
}

/// Its turn again.
#[derive(Message)]
#[rtype(result = "()")]
struct Turn;

impl Handler<Turn> for Unit {
    type Result = ();

    fn handle(&mut self, _: Turn, ctx: &mut Context<Self>) {
        let Some(lap) = &mut self.lap else {
            self.lap = Some(self.measure.lap());
            return ctx.address().do_send(Turn);
        };
        self.yields += 1;
        if self.yields.is_multiple_of(BATCH) {
            lap.done_batch(BATCH);
        }
        if self.yields < self.params.yields {
            // Through the mailbox: `notify` would put it before the arbiter's next look at the others.
            ctx.address().do_send(Turn);
        } else {
            self.lap = None;
            self.share.report(self.yields);
            ctx.stop();
        }
    }
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally) = (AsyncGate::new(params.units), Tally::new(params.units));
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, measure, share) = (gate.clone(), measure.clone(), tally.share());
        units.push(Unit::start_in_arbiter(arbiters.of(unit), move |_| {
            gate.arrive();
            Unit { params, yields: 0, lap: None, measure, share }
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    for unit in &units {
        unit.do_send(Turn);
    }
    let yields = tally.all().await?;
    Ok(running.stop(yields).with_cpu_per_operation("switch_ns"))
}
