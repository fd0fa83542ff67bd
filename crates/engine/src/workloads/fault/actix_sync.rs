//! A SyncArbiter of one thread per unit. Its actor cannot stop: `ctx.stop()` drops it, and its thread makes a new one. A panic
//! ends the thread, and with its only thread the arbiter is dead: nobody is told but the one that waits for an answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix::prelude::*;

use super::{Faults, Life, Params, Recover};
use crate::measure::{AsyncGate, Done, Halt, Measure, Share, Tally};

struct Unit {
    life: Life,
    recover: Recover,
}

impl Actor for Unit {
    type Context = SyncContext<Self>;
}

/// The answer is whether it was done.
#[derive(Message)]
#[rtype(result = "bool")]
struct Piece;

impl Handler<Piece> for Unit {
    type Result = bool;

    // region: work
    fn handle(&mut self, _: Piece, ctx: &mut SyncContext<Self>) -> bool {
        let goes_on = self.life.goes_on();
        if goes_on {
            self.life.piece();
        } else {
            // The new actor will be another value. Nothing but the end of its address leaves this one dead.
            self.life.hand_over();
            if self.recover == Recover::Restart {
                ctx.stop();
            }
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

    fn handle(&mut self, _: HandOver, _: &mut SyncContext<Self>) {
        self.life.hand_over();
    }
}

// region: make
/// (A replacement arrives at a gate that is open.)
fn start(unit: usize, faults: &Arc<Faults>, gate: &Arc<AsyncGate>) -> Addr<Unit> {
    let (faults, gate, made) = (Arc::clone(faults), Arc::clone(gate), AtomicBool::new(false));
    SyncArbiter::start(1, move || {
        // The second actor of an arbiter is in place of one that stopped.
        if made.swap(true, Ordering::Relaxed) {
            faults.restarted_by_framework();
        }
        gate.arrive();
        Unit { life: faults.life(unit), recover: faults.params.recover }
    })
}
// endregion

/// Asks a unit for its pieces, one after the other, and starts another arbiter if its own is dead.
async fn ask(unit: usize, mut actor: Addr<Unit>, faults: Arc<Faults>, gate: Arc<AsyncGate>, mut share: Share) {
    gate.wait().await;
    let mut done = 0;
    // region: join
    while done < faults.params.rounds {
        match (actor.send(Piece).await, faults.params.recover) {
            (Ok(true), _) => done += 1,
            // It stopped, and a new one is there at the same address.
            (Ok(false), Recover::Restart) => {}
            (Ok(false), Recover::Leave) => return share.report(0),
            (Err(_), recover) => {
                faults.message_back();
                if recover == Recover::Leave {
                    return share.report(0);
                }
                actor = start(unit, &faults, &gate);
            }
        }
    }
    // endregion
    // If this comes back, it ends without a report, and the tally says so.
    if actor.send(HandOver).await.is_ok() {
        share.report(0);
    }
}

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    // The units, and those that ask them.
    let gate = AsyncGate::new(2 * params.units);
    let (tally, faults) = (Tally::new(params.units), Faults::new(params, &measure));
    for unit in 0..params.units {
        let actor = start(unit, &faults, &gate);
        // A supervisor of our own for each arbiter: only one that asks learns of a panic, because its message comes back.
        actix::spawn(ask(unit, actor, Arc::clone(&faults), Arc::clone(&gate), tally.share()));
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    tally.all().await?;
    Ok(faults.with_figures(running.stop(faults.answer())))
}
