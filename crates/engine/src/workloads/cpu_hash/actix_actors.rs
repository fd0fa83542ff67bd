//! An actor per unit. It works in a future that its arbiter runs beside it, and gives way between two chains: its arbiter then
//! serves the other actors. (A message to itself would not give way: the context takes it up before it returns to the arbiter.)

use actix::prelude::*;
use tokio::task::yield_now;

use super::{Params, chain, first_link, part};
use crate::measure::{AsyncGate, Done, Halt, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

struct Hasher {
    params: Params,
    unit: usize,
    measure: Measure,
    share: Option<Share>,
}

impl Actor for Hasher {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Go;

impl Handler<Go> for Hasher {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, _: Go, _: &mut Context<Self>) -> ResponseFuture<()> {
        let (params, unit, measure, share) = (self.params, self.unit, self.measure.clone(), self.share.take());
        // The future cannot borrow the actor, so it takes along what it needs.
        Box::pin(async move {
            let mut link = first_link(measure.seed(), unit);
            let mut lap = measure.lap(unit, params.rounds);
            // region: work
            while lap.another().is_some() {
                link = chain(link, params.hashes);
                lap.done();
                yield_now().await;
            }
            // endregion
            drop(lap);
            if let Some(mut share) = share {
                share.report(part(&link));
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
        units.push(Hasher::start_in_arbiter(arbiters.of(unit), move |_| {
            // An actor is made on its arbiter, some time after it was asked for: the gate counts those that are there.
            gate.arrive();
            Hasher { params, unit, measure, share: Some(share) }
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
    let answer = tally.all().await?;
    // endregion
    Ok(running.stop(answer))
}
