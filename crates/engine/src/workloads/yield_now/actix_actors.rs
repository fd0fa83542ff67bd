//! An actor per unit. Its handler is async, and when it awaits, its arbiter serves the others. (A message to itself would not do:
//! an actor handles what it has sent itself before it returns to its arbiter.)

use actix::prelude::*;
use tokio::task::yield_now;

use super::{BATCH, Params};
use crate::measure::{AsyncGate, Done, Halt, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

struct Unit {
    params: Params,
    measure: Measure,
    share: Option<Share>,
}

impl Actor for Unit {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Go;

impl Handler<Go> for Unit {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, _: Go, _: &mut Context<Self>) -> ResponseFuture<()> {
        let (params, measure, share) = (self.params, self.measure.clone(), self.share.take());
        // The future cannot borrow the actor, so it takes along what it needs. It runs as a task of the arbiter, beside the
        // actor: while it waits, the arbiter serves others.
        Box::pin(async move {
            let mut yields = 0;
            let mut lap = measure.lap();
            while yields < params.yields {
                // Timed in batches: one yield is too short for a clock reading of its own.
                for _ in 0..BATCH {
                    // Tokio's, because an arbiter is an event loop of Tokio's: it goes on after the arbiter has run out of ready
                    // tasks and has polled the driver.
                    yield_now().await;
                }
                yields += BATCH;
                lap.done_batch(BATCH);
            }
            drop(lap);
            if let Some(mut share) = share {
                share.report(yields);
            }
        })
    }
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally) = (AsyncGate::new(params.units), Tally::new(params.units));
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, measure, share) = (gate.clone(), measure.clone(), tally.share());
        units.push(Unit::start_in_arbiter(arbiters.of(unit), move |_| {
            gate.arrive();
            Unit { params, measure, share: Some(share) }
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    for unit in &units {
        unit.do_send(Go);
    }
    // Nobody can join an actor: each reports once, through its share of the tally, and one that ends without a report is noticed.
    let yields = tally.all().await?;
    Ok(running.stop(yields).with_cpu_per_operation("switch_ns"))
}
