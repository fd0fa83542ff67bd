//! A job of a scope per piece. As in any pool, a job looks at a flag, and spawns the unit's next piece.

use std::sync::Arc;

use rayon::{ScopeFifo, ThreadPool};

use super::{Params, Telling, Working};
use crate::measure::{Done, Halt, Measure, Tally};

// region: work
fn next<'scope>(mut working: Working, scope: &ScopeFifo<'scope>) {
    // A job cannot be taken out of the queue again, so each unit has still to come to its turn. The last job of a unit drops what
    // it works with.
    if !working.is_told() {
        working.piece();
        scope.spawn_fifo(move |scope| next(working, scope));
    }
}
// endregion

pub(super) fn run(params: Params, pool: &Arc<ThreadPool>, measure: &Measure) -> Result<Done, Halt> {
    let (tally, telling) = (Tally::new(params.units), Telling::new(params, measure));
    // region: join
    // The scope blocks this thread until its jobs have ended, so another has to raise the flag.
    let teller = telling.teller(|| {})?;
    pool.scope_fifo(|scope| {
        // endregion
        // region: make
        for unit in 0..params.units {
            let working = Working::new(unit, &telling, tally.share());
            scope.spawn_fifo(move |scope| next(working, scope));
        }
        // endregion
    });
    let running = teller.join()?;
    Ok(telling.with_figures(running.stop(tally.sum())))
}
