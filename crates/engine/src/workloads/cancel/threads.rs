//! A thread per unit. Nothing stops a thread from outside: it looks at a flag.

use std::sync::Arc;
use std::thread;

use super::{Params, Telling, Working};
use crate::measure::{Done, Gate, Halt, Measure, Tally};

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let (gate, tally, telling) = (Gate::new(params.units), Tally::new(params.units), Telling::new(params, measure));
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        // Dropped when its unit has stopped, whatever stopped it: the drop takes the time and reports.
        let working = Working { telling: Arc::clone(&telling), share: tally.share() };
        let gate = gate.clone();
        let work = move || {
            gate.wait();
            let mut state = unit as u64;
            // Looked at between two pieces: a shorter piece is sooner to stop.
            while !working.telling.is_told() {
                state = working.telling.piece(state);
            }
            state
        };
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
    }

    gate.all_wait();
    gate.open();
    thread::sleep(telling.after());
    let running = measure.start();
    // Raises the flag. The clock is read before, so that the telling is in the measured part.
    telling.tell();
    // A join waits until the thread has seen the flag.
    for unit in units {
        std::hint::black_box(unit.join()?);
    }
    Ok(telling.with_figures(running.stop(tally.sum())))
}
