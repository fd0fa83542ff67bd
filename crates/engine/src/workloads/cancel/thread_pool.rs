//! A job per piece: a job that worked on without end would keep its thread from all that wait in the queue. Each looks at a flag,
//! and puts the unit's next piece into the queue.

use crossbeam_channel::{Sender, bounded};

use super::{Params, Telling, Working};
use crate::measure::{Done, Halt, Measure, Tally};
use crate::models::thread_pool::{Pool, sum_of};

// region: work
fn next(mut working: Working, done: Sender<u64>, pool: &Pool) {
    // A job cannot be taken out of the queue again, so each unit has still to come to its turn.
    if working.is_told() {
        // Dropped by hand, before the result is sent: what is counted must be counted when the clock stops.
        drop(working);
        let _ = done.send(0);
    } else {
        working.piece();
        let again = pool.clone();
        // The queue has room for every unit. An error means that every thread is gone, and then nobody waits for this one.
        let _ = pool.execute(move || next(working, done, &again));
    }
}
// endregion

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    let (tally, telling) = (Tally::new(params.units), Telling::new(params, measure));
    let (done, results) = bounded(params.units);
    for unit in 0..params.units {
        let (working, done, again) = (Working::new(unit, &telling, tally.share()), done.clone(), pool.clone());
        // region: make
        pool.execute(move || next(working, done, &again))?;
        // endregion
    }
    drop(done);

    pool.go();
    // region: join
    // Raises the flag, and that is all.
    let running = telling.tell(|| {});
    sum_of(&results, params.units)?;
    // endregion
    Ok(telling.with_figures(running.stop(tally.sum())))
}
