//! A job per unit, on what threads use: see their cell. No more threads want the number than there are workers. If there is time
//! for more, the unit queues again.

use crossbeam_channel::{Sender, bounded};

use super::threads::Counter;
use super::{Adding, Params, turn};
use crate::measure::{Done, Halt, Measure};
use crate::models::thread_pool::{Pool, sum_of};

/// A unit, on its way from job to job.
struct Unit {
    adding: Adding,
    counter: Counter,
    done: Sender<u64>,
}

// region: wait
fn next(params: Params, mut unit: Unit, pool: &Pool) {
    // An owner is asked from here as well: the thread of the pool waits for its answer, and so do the jobs in the queue. If it is
    // gone, this job ends without a result, and the wait for that ends in an error.
    let Ok(()) = turn(params, &mut unit.adding, |times| unit.counter.add(times)) else { return };
    if unit.adding.another(params).is_some() {
        let again = pool.clone();
        // The queue has room for every unit. An error means that every thread is gone, and then nobody waits for this one.
        let _ = pool.execute(move || next(params, unit, &again));
    } else {
        let Unit { adding, done, .. } = unit;
        drop(adding);
        let _ = done.send(0);
    }
}
// endregion

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    let counter = Counter::new(params.how)?;
    // Room for every result: no job waits to hand over its own.
    let (done, results) = bounded(params.units);
    for unit in 0..params.units {
        let (counter, done, measure, again) = (counter.clone(), done.clone(), measure.clone(), pool.clone());
        // region: make
        pool.execute(move || next(params, Unit { adding: params.adding_in_thread(unit, &measure), counter, done }, &again))?;
        // endregion
    }
    // From here on only the jobs hold senders. If one is lost to a panic, the channel closes with the last of the others, and the
    // wait ends in an error.
    drop(done);

    let running = measure.start();
    // The pool's own gate: all jobs are in the queue before the first is begun, and its threads wait until now.
    pool.go();
    // region: join
    sum_of(&results, params.units)?;
    // endregion
    Ok(running.stop(counter.sum()?))
}
