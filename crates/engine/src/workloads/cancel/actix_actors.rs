//! An actor per unit. It is told to stop by a message, and handles that between two pieces. But one that works never gives way,
//! so one per arbiter works, and the others get to run only when those have stopped.

use std::sync::Arc;

use actix::prelude::*;

use super::{Params, Telling, Working};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::actix_actors::Arbiters;

struct Unit {
    state: u64,
    working: Working,
}

impl Actor for Unit {
    type Context = Context<Self>;
}

/// The first piece, and then each next one.
#[derive(Message)]
#[rtype(result = "()")]
struct Next;

impl Handler<Next> for Unit {
    type Result = ();

    fn handle(&mut self, _: Next, ctx: &mut Context<Self>) {
        self.state = self.working.telling.piece(self.state);
        // `notify` puts the message into the actor's own context, which looks into the mailbox in between and so finds `Stop`,
        // but does not return to the arbiter.
        ctx.notify(Next);
    }
}

#[derive(Message)]
#[rtype(result = "()")]
struct Stop;

impl Handler<Stop> for Unit {
    type Result = ();

    /// What it holds is dropped when the actor is, right after this.
    fn handle(&mut self, _: Stop, ctx: &mut Context<Self>) {
        ctx.stop();
    }
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally, telling) = (AsyncGate::new(params.units), Tally::new(params.units), Telling::new(params, &measure));
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        // Dropped when its unit has stopped, whatever stopped it: the drop takes the time and reports.
        let working = Working { telling: Arc::clone(&telling), share: tally.share() };
        let gate = gate.clone();
        units.push(Unit::start_in_arbiter(arbiters.of(unit), move |_| {
            gate.arrive();
            Unit { state: unit as u64, working }
        }));
    }

    gate.all_wait().await;
    for unit in &units {
        unit.do_send(Next);
    }
    tokio::time::sleep(telling.after()).await;
    let running = measure.start();
    telling.tell();
    for unit in &units {
        // Behind `Next` in the mailbox: a unit that has not got to run yet does one piece, in vain, before it handles this.
        unit.do_send(Stop);
    }
    let stopped = tally.all().await?;
    Ok(telling.with_figures(running.stop(stopped)))
}
