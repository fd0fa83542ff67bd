//! A job of a scope per unit, in the order in which they are spawned (`scope_fifo`). The pool's threads steal jobs that another
//! has not begun. If there is time for more than its chains, the unit is spawned again, behind the others.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::{ScopeFifo, ThreadPool};

use super::{Link, Params, chain, first_link, part};
use crate::measure::{Done, Halt, Lap, Measure};

// region: work
/// A unit's next turn.
fn turn<'scope>(params: Params, mut link: Link, mut lap: Lap, scope: &ScopeFifo<'scope>, answer: &'scope AtomicU64) {
    for _ in 0..params.rounds {
        if lap.another().is_none() {
            break;
        }
        // Nothing here gives way: a thread of Rayon's takes the next job when this one is done.
        link = chain(link, params.hashes);
        lap.done();
    }
    if lap.another().is_some() {
        scope.spawn_fifo(move |scope| turn(params, link, lap, scope, answer));
    } else {
        // A job of a scope returns nothing, so it adds to a number that all share. Relaxed will do: the end of the scope comes
        // after every addition.
        answer.fetch_add(part(&link), Ordering::Relaxed);
    }
}
// endregion

pub(super) fn run(params: Params, pool: &Arc<ThreadPool>, measure: &Measure) -> Result<Done, Halt> {
    let answer = AtomicU64::new(0);
    let running = measure.start();
    // region: join
    // Blocks this thread until all jobs have ended: that is the join, and it is why a job may borrow `answer`.
    pool.scope_fifo(|scope| {
        // endregion
        // region: make
        for unit in 0..params.units {
            let (measure, answer) = (measure.clone(), &answer);
            let link = first_link(measure.seed(), unit);
            scope.spawn_fifo(move |scope| turn(params, link, measure.lap(unit, params.rounds), scope, answer));
        }
        // endregion
    });
    Ok(running.stop(answer.into_inner()))
}
