//! A thread per unit. Each sleeps in the kernel on a timer of its own, and keeps its stack meanwhile.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use super::{Oversleep, Params};
use crate::measure::{Done, Gate, Growth, Halt, Measure};

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let (gate, asleep) = (Gate::new(params.units), Gate::new(params.units));
    let (oversleep, mut growth) = (Oversleep::new(), Growth::default());
    let mut units = Vec::with_capacity(params.units);
    growth.read(0);
    for unit in 0..params.units {
        let (gate, asleep, measure, oversleep) = (gate.clone(), Arc::clone(&asleep), measure.clone(), oversleep.clone());
        // region: make
        let work = move || {
            // endregion
            gate.wait();
            let mut waits = 0;
            let mut lap = measure.lap(unit, params.rounds);
            asleep.arrive();
            while lap.another().is_some() {
                let asked = Instant::now();
                // region: wait
                // At least this long: the kernel may add its timer slack, 50 µs by default, to serve several wakes at once.
                thread::sleep(params.wait());
                // endregion
                waits += oversleep.awake(params, asked);
                lap.done();
            }
            waits
        };
        // region: make
        // `Builder`, because `thread::spawn` panics if the machine refuses a thread; here a refusal is a result.
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
        // endregion
    }

    // The clock is read when all wait and before they are let go: making them is not measured.
    gate.all_wait();
    let running = measure.start();
    gate.open();
    // What they take is read when they wait for what they are to wait for, and not at the gate.
    asleep.all_wait();
    growth.read(params.units);
    let mut waits = 0;
    // region: join
    // Joined in the order in which they were made: the measured part ends with the last, whatever the order.
    for unit in units {
        waits += unit.join()?;
    }
    // endregion
    Ok(oversleep.with_figures(running.stop(waits), &growth))
}
