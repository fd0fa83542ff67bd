//! An actor per unit: a context, a mailbox, and the task that runs them.

use actix::prelude::*;

use super::{Params, with_figures};
use crate::measure::{AsyncGate, Done, Growth, Halt, Measure};
use crate::models::actix_actors::Arbiters;

// region: wait
/// Waits for a message that never comes, wherever others are parked: that is what an idle actor does.
struct Unit;

impl Actor for Unit {
    type Context = Context<Self>;
}
// endregion

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut growth = Growth::default();
    let mut units: Vec<Addr<Unit>> = Vec::with_capacity(params.units);
    let mut sampler = measure.sampler(0, u64::MAX);
    let running = measure.start();
    for count in params.steps() {
        while units.len() < count {
            let gate = gate.clone();
            let timed = sampler.begin().map(|sample| (sample, measure.clone()));
            // region: make
            units.push(Unit::start_in_arbiter(arbiters.of(units.len()), move |_| {
                if let Some((sample, measure)) = timed {
                    measure.sampled(sample);
                }
                // An actor is made on its arbiter, some time after it was asked for: the gate counts those that are there.
                gate.arrive();
                Unit
            }));
            // endregion
        }
        // Memory is read when all units so far are parked: one that is still starting would not be counted in full.
        gate.so_many_wait(count).await;
        growth.read(count);
    }
    drop(sampler);
    let done = running.stop(0);
    let parked = units.iter().filter(|unit| unit.connected()).count();
    // region: join
    // Nobody stops the actors. Each ends when its last address is dropped, here with `units`; so the addresses are what keeps
    // them alive.
    Ok(with_figures(done, &growth, parked))
    // endregion
}
