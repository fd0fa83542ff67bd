//! A thread per unit. The kernel decides which comes next, and may decide for the same one.

use std::thread;

use super::{Params, with_figures_of_threads};
use crate::measure::{Done, Gate, Halt, Measure};

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let gate = Gate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, measure) = (gate.clone(), measure.clone());
        // region: make
        let work = move || {
            // endregion
            gate.wait();
            let mut yields = 0_u64;
            let mut lap = measure.sampled_lap(unit, params.yields);
            while lap.another().is_some() {
                // region: wait
                // The system call `sched_yield`: others that wait for this core may go first. If there is none, or if the kernel
                // finds that this thread has had less than its share, it returns at once.
                thread::yield_now();
                // endregion
                yields += 1;
                lap.done();
            }
            yields
        };
        // region: make
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
        // endregion
    }

    // The clock is read when all wait and before they are let go: making them is not measured.
    gate.all_wait();
    let running = measure.start();
    gate.open();
    let mut yields = 0;
    // region: join
    // Joined in the order in which they were made: the measured part ends with the last, whatever the order.
    for unit in units {
        yields += unit.join()?;
    }
    // endregion
    Ok(with_figures_of_threads(running.stop(yields)))
}
