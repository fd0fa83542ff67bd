//! An actor a unit. It is told to stop by a message, and handles that when it has come to its turn: between two pieces.

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

/// Begin; and then: the next piece.
#[derive(Message)]
#[rtype(result = "()")]
struct Next;

impl Handler<Next> for Unit {
    type Result = ();

    fn handle(&mut self, _: Next, ctx: &mut Context<Self>) {
        self.state = self.working.telling.piece(self.state);
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
        unit.do_send(Stop);
    }
    let stopped = tally.all().await?;
    Ok(telling.with_figures(running.stop(stopped)))
}
