//! An actor per unit. Its handler is async, and when it awaits, its arbiter serves the others. (A message to itself would not do:
//! an actor handles what it has sent itself before it returns to its arbiter.)

use actix::prelude::*;
use tokio::task::yield_now;

use super::{How, Params, with_figures};
use crate::measure::{AsyncGate, Done, Halt, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;
use crate::models::cores::yield_now as wake_itself;

struct Unit {
    params: Params,
    unit: usize,
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
        let (params, unit, measure, share) = (self.params, self.unit, self.measure.clone(), self.share.take());
        // The future cannot borrow the actor, so it takes along what it needs. It runs as a task of the arbiter, beside the
        // actor: while it waits, the arbiter serves others.
        Box::pin(async move {
            let mut yields = 0;
            let mut lap = measure.sampled_lap(unit, params.yields);
            while lap.another().is_some() {
                // region: wait
                match params.how {
                    // Tokio's, because an arbiter is an event loop of Tokio's: it goes on after the arbiter has run out of ready
                    // tasks and has polled the driver.
                    How::Runtime => yield_now().await,
                    // At the end of the arbiter's queue at once; the driver is polled after some dozens of tasks.
                    How::Itself => wake_itself().await,
                }
                // endregion
                yields += 1;
                lap.done();
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
        // region: make
        units.push(Unit::start_in_arbiter(arbiters.of(unit), move |_| {
            gate.arrive();
            Unit { params, unit, measure, share: Some(share) }
        }));
        // endregion
    }

    gate.all_wait().await;
    let running = measure.start();
    for unit in &units {
        unit.do_send(Go);
    }
    // region: join
    // Nobody can join an actor: each reports once, through its share of the tally, and one that ends without a report is noticed.
    let yields = tally.all().await?;
    // endregion
    Ok(with_figures(running.stop(yields)))
}
