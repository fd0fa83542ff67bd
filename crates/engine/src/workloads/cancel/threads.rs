//! A thread per unit. Nothing stops a thread from outside: it looks at a flag.

use std::thread;

use super::{Params, Telling, Working};
use crate::measure::{Done, Halt, Measure, Tally};

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let (tally, telling) = (Tally::new(params.units), Telling::new(params, measure));
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let mut working = Working::new(unit, &telling, tally.share());
        // region: make
        let work = move || {
            // endregion
            // region: work
            // Looked at between two pieces: a shorter piece is sooner to stop.
            while !working.is_told() {
                working.piece();
            }
            // endregion
        };
        // region: make
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
        // endregion
    }

    // region: join
    // Raises the flag, and that is all.
    let running = telling.tell(|| {});
    // A join waits until the thread has seen the flag.
    for unit in units {
        unit.join()?;
    }
    // endregion
    Ok(telling.with_figures(running.stop(tally.sum())))
}
