//! An actor per unit. After each chain it sends itself a message. That does not give way: all its chains are computed in one go,
//! and its arbiter serves the next actor only then.

use actix::prelude::*;

use super::{Link, Params, chain, first_link, part};
use crate::measure::{AsyncGate, Done, Halt, Lap, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

struct Hasher {
    params: Params,
    link: Link,
    left: u64,
    lap: Option<Lap>,
    measure: Measure,
    share: Share,
}

impl Actor for Hasher {
    type Context = Context<Self>;
}

/// The first chain, and then each next one.
#[derive(Message)]
#[rtype(result = "()")]
struct Next;

impl Handler<Next> for Hasher {
    type Result = ();

    fn handle(&mut self, _: Next, ctx: &mut Context<Self>) {
        // The lap begins with the first message, when the actor gets to run.
        let lap = self.lap.get_or_insert_with(|| self.measure.lap());
        self.link = chain(self.link, self.params.hashes);
        lap.done();
        self.left -= 1;
        if self.left > 0 {
            // `notify` puts the message into the actor's own context, past the mailbox, and the context handles it before it
            // returns to the arbiter. To give way, an actor would have to await something.
            ctx.notify(Next);
        } else {
            self.lap = None;
            self.share.report(part(&self.link));
            ctx.stop();
        }
    }
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally) = (AsyncGate::new(params.units), Tally::new(params.units));
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, measure, share) = (gate.clone(), measure.clone(), tally.share());
        units.push(Hasher::start_in_arbiter(arbiters.of(unit), move |_| {
            // An actor is made on its arbiter, some time after it was asked for: the gate counts those that are there.
            gate.arrive();
            let link = first_link(measure.seed(), unit);
            Hasher { params, link, left: params.rounds, lap: None, measure, share }
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    for unit in &units {
        unit.do_send(Next);
    }
    // Nobody can join an actor: each reports once, through its share of the tally, and one that ends without a report is noticed.
    let answer = tally.all().await?;
    Ok(running.stop(answer))
}
