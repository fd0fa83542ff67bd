//! An actor per unit. It works in a future of its own, which its context runs beside its messages, and which gives way after each
//! piece: so its arbiter serves the others, and it handles the message that stops it.

use actix::prelude::*;
use tokio::task::yield_now;

use super::{Params, Telling, Working};
use crate::measure::{Done, Halt, Measure, Tally};
use crate::models::actix_actors::Arbiters;

struct Unit {
    /// Until it begins.
    working: Option<Working>,
}

impl Actor for Unit {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        let Some(mut working) = self.working.take() else { return };
        // region: work
        let work = async move {
            loop {
                working.piece();
                // A message to itself would not give way: the context takes it up before it returns to the arbiter.
                yield_now().await;
            }
        };
        // Belongs to the actor, and is dropped with it. (A `ResponseFuture` would be a task beside it, and go on.)
        ctx.spawn(work.into_actor(self));
        // endregion
    }
}

#[derive(Message)]
#[rtype(result = "()")]
struct Stop;

// region: answer
impl Handler<Stop> for Unit {
    type Result = ();

    /// What the actor holds, its future too, is dropped right after this, and no further piece is begun.
    fn handle(&mut self, _: Stop, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}
// endregion

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (tally, telling) = (Tally::new(params.units), Telling::new(params, &measure));
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let working = Working::new(unit, &telling, tally.share());
        // region: make
        units.push(Unit::start_in_arbiter(arbiters.of(unit), move |_| Unit { working: Some(working) }));
        // endregion
    }

    // region: join
    let teller = telling.teller(move || units.iter().for_each(|unit| unit.do_send(Stop)))?;
    let stopped = tally.all().await?;
    // endregion
    // Does not wait: the teller has told everybody, or they would not have stopped.
    let running = teller.join()?;
    Ok(telling.with_figures(running.stop(stopped)))
}
