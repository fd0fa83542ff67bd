//! A thread per unit, and std's mutex: a thread that does not get it spins for a moment, then sleeps in the kernel.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::Params;
use crate::measure::{Done, Gate, Halt, Measure};

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let counter = Arc::new(Mutex::new(0_u64));
    let gate = Gate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (counter, gate, measure) = (Arc::clone(&counter), Arc::clone(&gate), measure.clone());
        let work = move || {
            gate.wait();
            let mut lap = measure.lap();
            for batch in params.batches() {
                for _ in 0..batch {
                    // Held for one addition: released at the end of the statement. A poisoned number is still a number, so poison
                    // is passed over.
                    *counter.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                }
                lap.done_batch(batch);
            }
        };
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
    }

    gate.all_wait();
    let running = measure.start();
    gate.open();
    // Joined in the order in which they were made: the measured part ends with the last, whatever the order.
    for unit in units {
        unit.join()?;
    }
    let sum = *counter.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(running.stop(sum))
}
