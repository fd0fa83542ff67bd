//! A message a unit: a place in the queue of actors that are there already, each on a thread of its own.

use std::time::Instant;

use actix::prelude::*;
use futures_util::future::join_all;

use super::{Params, work};
use crate::measure::{Done, Halt, Measure};

struct Worker {
    measure: Measure,
}

impl Actor for Worker {
    type Context = SyncContext<Self>;
}

/// One unit.
#[derive(Message)]
#[rtype(result = "u64")]
struct Unit {
    unit: usize,
    asked: Instant,
}

impl Handler<Unit> for Worker {
    type Result = u64;

    fn handle(&mut self, message: Unit, _: &mut SyncContext<Self>) -> u64 {
        self.measure.record(message.asked.elapsed());
        work(self.measure.seed(), message.unit)
    }
}

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let actor = measure.clone();
    let workers = SyncArbiter::start(measure.workers(), move || Worker { measure: actor.clone() });
    let running = measure.start();
    let units = (0..params.units).map(|unit| workers.send(Unit { unit, asked: Instant::now() }));
    let mut answer = 0_u64;
    for part in join_all(units).await {
        answer = answer.wrapping_add(part.map_err(|error| Halt::Failed(format!("a message was not answered: {error}")))?);
    }
    Ok(running.stop(answer))
}
