//! A job of a scope per unit, on what threads use: see their cell. If there is time for more, the unit is spawned again, behind
//! the others.

use std::sync::Arc;

use rayon::{ScopeFifo, ThreadPool};

use super::threads::Counter;
use super::{Adding, Params, turn};
use crate::measure::{Done, Halt, Measure};

// region: wait
fn next<'scope>(params: Params, mut adding: Adding, scope: &ScopeFifo<'scope>, counter: &'scope Counter) {
    // An owner is a thread beside the pool. One of Rayon's threads that waits for its answer steals nothing meanwhile, which is
    // why Rayon is not for work that waits. If the owner is gone, the sum is not to be had, and that is an error.
    let Ok(()) = turn(params, &mut adding, |times| counter.add(times)) else { return };
    if adding.another(params).is_some() {
        scope.spawn_fifo(move |scope| next(params, adding, scope, counter));
    }
}
// endregion

pub(super) fn run(params: Params, pool: &Arc<ThreadPool>, measure: &Measure) -> Result<Done, Halt> {
    let counter = Counter::new(params.how)?;
    let running = measure.start();
    // region: join
    // Blocks this thread until all jobs have ended: that is the join, and it is why a job may borrow the counter.
    pool.scope_fifo(|scope| {
        // endregion
        for unit in 0..params.units {
            let (measure, counter) = (measure.clone(), &counter);
            // region: make
            scope.spawn_fifo(move |scope| next(params, params.adding_in_thread(unit, &measure), scope, counter));
            // endregion
        }
    });
    Ok(running.stop(counter.sum()?))
}
