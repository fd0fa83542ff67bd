//! An actor per unit: a context, a mailbox, and the task that runs them.

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
                // An actor is made on its arbiter, some time after it was asked for: the gate counts those that are there.
                gate.arrive();
                Unit
            }));
        }
        // Memory is read when all units so far are parked: one that is still starting would not be counted in full.
        gate.so_many_wait(units.len()).await;
        growth.read(units.len());
    }
    // Nobody stops the actors. Each ends when its last address is dropped, here with `units`; so the addresses are what keeps
    // them alive.
    let mut done = running.stop(units.len() as u64);
    done.extra = growth.per_unit();
    Ok(done)
}
