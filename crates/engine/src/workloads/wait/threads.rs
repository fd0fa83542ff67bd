//! A thread a unit. The kernel has a timer for each, and a stack.

use std::sync::Arc;
use std::thread;

use super::Params;
use crate::measure::{Done, Gate, Halt, Measure};

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let gate = Gate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        let work = move || {
            gate.wait();
            let mut waits = 0;
            let mut lap = measure.lap();
            for _ in 0..params.rounds {
                thread::sleep(params.wait());
                lap.done();
                waits += 1;
            }
            waits
        };
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
    }

    gate.all_wait();
    let running = measure.start();
    gate.open();
    let mut waits = 0;
    for unit in units {
        waits += unit.join()?;
    }
    Ok(running.stop(waits))
}
