//! An actor per unit: it is told, and tells the next. They are together on one arbiter, as actors are that start each other; or
//! spread over all in turn, if that is asked for, so that with two every hop wakes the other's thread.

use std::sync::Arc;

use actix::prelude::*;

use super::Params;
use crate::measure::{AsyncGate, Done, Halt, Measure, Relay, Share, Tally};
use crate::models::actix_actors::Arbiters;

struct Unit {
    next: Option<Addr<Unit>>,
    relay: Arc<Relay>,
    share: Share,
}

impl Actor for Unit {
    type Context = Context<Self>;
}

/// The next of the ring: the last actor can only be told of it when the first has been made.
#[derive(Message)]
#[rtype(result = "()")]
struct Next(Addr<Unit>);

impl Handler<Next> for Unit {
    type Result = ();

    fn handle(&mut self, Next(next): Next, _: &mut Context<Self>) {
        self.next = Some(next);
    }
}

#[derive(Message)]
#[rtype(result = "()")]
struct Pass(u64);

// region: answer
impl Handler<Pass> for Unit {
    type Result = ();

    fn handle(&mut self, Pass(hops): Pass, _: &mut Context<Self>) {
        let goes_on = self.relay.done(hops);
        let hops = hops + 1;
        if !goes_on {
            self.share.report(hops);
        } else if let Some(next) = &self.next {
            // Told and not asked: nobody waits for an answer, and one token cannot overrun a mailbox.
            next.do_send(Pass(hops));
        }
    }
}
// endregion

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    // One of them has the token at the end, and reports for all.
    let (gate, tally) = (AsyncGate::new(params.units), Tally::new(1));
    let relay = Relay::new(&measure, params.hops());
    let mut units: Vec<Addr<Unit>> = Vec::with_capacity(params.units);
    for unit in (0..params.units).rev() {
        let (gate, relay, share, next) = (gate.clone(), relay.clone(), tally.share(), units.last().cloned());
        // region: make
        units.push(Unit::start_in_arbiter(arbiters.among(0, unit), move |_| {
            gate.arrive();
            Unit { next, relay, share }
        }));
        // endregion
    }
    let (last, first) = (units[0].clone(), units[units.len() - 1].clone());
    let gone = |error: MailboxError| Halt::Failed(format!("a unit of the ring is gone: {error}"));
    // Closes the ring. Asked, so that it is closed for certain before the token is sent.
    last.send(Next(first.clone())).await.map_err(gone)?;

    gate.all_wait().await;
    let running = measure.start();
    relay.begin();
    // No gate to open: the actors wait for a message and not at the gate, so no wakes but the hops are measured.
    first.do_send(Pass(0));
    // region: join
    let hops = tally.all().await?;
    // endregion
    Ok(running.stop(hops).with_wall_per_operation("hop_ns"))
}
