//! A thread per unit.

use std::sync::Arc;
use std::thread;

use engine::measure::{Done, Gate, Halt, Measure};

use super::{Params, middle};

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let gate = Gate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        let work = move || {
            gate.wait();
            let mut sum = 0_u64;
            let mut lap = measure.lap(unit, params.rounds);
            while let Some(round) = lap.another() {
                sum = sum.wrapping_add(middle(measure.seed(), round, params.length));
                lap.done();
            }
            sum
        };
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
    }

    gate.all_wait();
    let running = measure.start();
    gate.open();
    let mut answer = 0_u64;
    for unit in units {
        answer = answer.wrapping_add(unit.join()?);
    }
    Ok(running.stop(answer))
}
