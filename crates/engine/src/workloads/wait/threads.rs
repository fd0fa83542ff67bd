//! A thread per unit. Each sleeps in the kernel on a timer of its own, and keeps its stack meanwhile.

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
                // At least this long: the kernel may add its timer slack, 50 µs by default, to serve several wakes at once.
                thread::sleep(params.wait());
                lap.done();
                waits += 1;
            }
            waits
        };
        // `Builder`, because `thread::spawn` panics if the machine refuses a thread; here a refusal is a result.
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
    }

    // The clock is read when all wait and before they are let go: making them is not measured.
    gate.all_wait();
    let running = measure.start();
    gate.open();
    let mut waits = 0;
    // Joined in the order in which they were made: the measured part ends with the last, whatever the order.
    for unit in units {
        waits += unit.join()?;
    }
    Ok(running.stop(waits))
}
