//! A job per unit. As many threads as there are workers take them from one queue, and finish one before they take the next. If
//! there is time for more than its chains, the unit queues again.

use crossbeam_channel::{Sender, bounded};

use super::{Link, Params, chain, first_link, part};
use crate::measure::{Done, Halt, Lap, Measure};
use crate::models::thread_pool::{Pool, sum_of};

/// A unit, on its way from job to job.
struct Unit {
    link: Link,
    lap: Lap,
    done: Sender<u64>,
}

// region: work
/// Its next turn.
fn turn(params: Params, mut unit: Unit, pool: &Pool) {
    for _ in 0..params.rounds {
        if unit.lap.another().is_none() {
            break;
        }
        // Nothing here gives way: the jobs in the queue wait until this one has ended.
        unit.link = chain(unit.link, params.hashes);
        unit.lap.done();
    }
    if unit.lap.another().is_some() {
        let next = pool.clone();
        // The queue has room for every unit. An error means that every thread is gone, and then nobody waits for this one.
        let _ = pool.execute(move || turn(params, unit, &next));
    } else {
        let Unit { link, lap, done } = unit;
        drop(lap);
        let _ = done.send(part(&link));
    }
}
// endregion

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    // Room for every result: no job waits to hand over its own.
    let (done, results) = bounded(params.units);
    for unit in 0..params.units {
        // region: make
        let (done, measure, next) = (done.clone(), measure.clone(), pool.clone());
        let link = first_link(measure.seed(), unit);
        pool.execute(move || turn(params, Unit { link, lap: measure.lap(unit, params.rounds), done }, &next))?;
        // endregion
    }
    // From here on only the jobs hold senders. If one is lost to a panic, the channel closes with the last of the others, and the
    // wait ends in an error.
    drop(done);

    let running = measure.start();
    // The pool's own gate: all jobs are in the queue before the first is begun, and its threads wait until now.
    pool.go();
    // region: join
    let answer = sum_of(&results, params.units)?;
    // endregion
    Ok(running.stop(answer))
}
