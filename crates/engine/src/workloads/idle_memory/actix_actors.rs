//! An actor a unit: a context, a mailbox, and the task that runs them.

use actix::prelude::*;

use super::{Params, STEPS};
use crate::measure::{AsyncGate, Done, Growth, Halt, Measure};
use crate::models::actix_actors::Arbiters;

/// Waits for a message that never comes.
struct Unit;

impl Actor for Unit {
    type Context = Context<Self>;
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut growth = Growth::default();
    let mut units: Vec<Addr<Unit>> = Vec::with_capacity(params.units);
    let running = measure.start();
    for _ in 0..STEPS {
        for _ in 0..params.units / STEPS {
            let gate = gate.clone();
            let timed = params.sample(units.len(), &measure).map(|sample| (sample, measure.clone()));
            units.push(Unit::start_in_arbiter(arbiters.of(units.len()), move |_| {
                if let Some((sample, measure)) = timed {
                    measure.sampled(sample);
                }
                gate.arrive();
                Unit
            }));
        }
        gate.so_many_wait(units.len()).await;
        growth.read(units.len());
    }
    let mut done = running.stop(units.len() as u64);
    done.extra = growth.per_unit();
    Ok(done)
}
