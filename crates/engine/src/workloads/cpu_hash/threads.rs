//! A thread per unit. The kernel shares the cores among them, and interrupts a thread that has had its share.

use std::sync::Arc;
use std::thread;

use super::{Params, chain, first_link, part};
use crate::measure::{Done, Gate, Halt, Measure};

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let gate = Gate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        // region: make
        let work = move || {
            // endregion
            let mut link = first_link(measure.seed(), unit);
            gate.wait();
            let mut lap = measure.lap(unit, params.rounds);
            // region: work
            while lap.another().is_some() {
                // Nothing here gives way: the kernel interrupts a thread wherever it is.
                link = chain(link, params.hashes);
                lap.done();
            }
            // endregion
            part(&link)
        };
        // region: make
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
        // endregion
    }

    // The clock is read when all wait and before they are let go: making them is not measured.
    gate.all_wait();
    let running = measure.start();
    gate.open();
    let mut answer = 0_u64;
    // region: join
    // Joined in the order in which they were made: the measured part ends with the last, whatever the order.
    for unit in units {
        answer = answer.wrapping_add(unit.join()?);
    }
    // endregion
    Ok(running.stop(answer))
}
