//! An actor per unit, under Actix's `Supervisor` if it is to be restarted. That restarts an actor that *stops*, and keeps its
//! value. A *panic* in a handler ends the actor together with its supervisor, and nobody is told but the one that waits for an
//! answer.

use std::sync::Arc;

use actix::prelude::*;

use super::{Faults, Life, Params, Recover};
use crate::measure::{AsyncGate, Done, Halt, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

struct Unit {
    life: Life,
    faults: Arc<Faults>,
}

/// `stopped` is not the place to hand anything over: it is called after a panic too, while the actor is dropped.
impl Actor for Unit {
    type Context = Context<Self>;
}

// region: make
impl Supervised for Unit {
    /// The actor is the very value that stopped, with all that it held.
    fn restarting(&mut self, _: &mut Context<Self>) {
        self.faults.restarted_by_framework();
    }
}
// endregion

/// The answer is whether it was done.
#[derive(Message)]
#[rtype(result = "bool")]
struct Piece;

impl Handler<Piece> for Unit {
    type Result = bool;

    // region: work
    fn handle(&mut self, _: Piece, ctx: &mut Context<Self>) -> bool {
        let goes_on = self.life.goes_on();
        if goes_on {
            self.life.piece();
        } else {
            // A supervised one keeps what it holds.
            if self.faults.params.recover == Recover::Leave {
                self.life.hand_over();
            }
            ctx.stop();
        }
        goes_on
    }
    // endregion
}

#[derive(Message)]
#[rtype(result = "()")]
struct HandOver;

impl Handler<HandOver> for Unit {
    type Result = ();

    fn handle(&mut self, _: HandOver, _: &mut Context<Self>) {
        self.life.hand_over();
    }
}

// region: make
fn start(unit: usize, faults: &Arc<Faults>, arbiter: &ArbiterHandle) -> Addr<Unit> {
    let faults = Arc::clone(faults);
    let recover = faults.params.recover;
    let unit = move |_: &mut Context<Unit>| Unit { life: faults.life(unit), faults };
    match recover {
        Recover::Restart => Supervisor::start_in_arbiter(arbiter, unit),
        Recover::Leave => Unit::start_in_arbiter(arbiter, unit),
    }
}
// endregion

/// Asks a unit for its pieces, one after the other, and starts another if it is dead for good. The other lives in the same
/// arbiter, which a panic does not end.
async fn ask(unit: usize, mut actor: Addr<Unit>, faults: Arc<Faults>, gate: Arc<AsyncGate>, mut share: Share) {
    gate.wait().await;
    let mut done = 0;
    // region: join
    while done < faults.params.rounds {
        match actor.send(Piece).await {
            Ok(true) => done += 1,
            // It stopped. Supervised, it is there again at the same address; otherwise the next message comes back.
            Ok(false) => {}
            Err(_) => {
                faults.message_back();
                match faults.params.recover {
                    Recover::Restart => actor = start(unit, &faults, &Arbiter::current()),
                    Recover::Leave => return share.report(0),
                }
            }
        }
    }
    // endregion
    // If this comes back, it ends without a report, and the tally says so.
    if actor.send(HandOver).await.is_ok() {
        share.report(0);
    }
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally, faults) = (AsyncGate::new(params.units), Tally::new(params.units), Faults::new(params, &measure));
    for unit in 0..params.units {
        let actor = start(unit, &faults, arbiters.of(unit));
        // A supervisor of our own beside each actor, on its arbiter: only one that asks learns of a panic, because its message
        // comes back.
        arbiters.of(unit).spawn(ask(unit, actor, Arc::clone(&faults), Arc::clone(&gate), tally.share()));
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    tally.all().await?;
    Ok(faults.with_figures(running.stop(faults.answer())))
}
