//! A job per unit, and std's mutex: no more threads want it than there are workers.

use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::bounded;

use super::Params;
use crate::measure::{Done, Halt, Measure};
use crate::models::thread_pool::{Pool, sum_of};

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    let counter = Arc::new(Mutex::new(0_u64));
    // Room for every result: no job waits to hand over its own.
    let (done, results) = bounded(params.units);
    for _ in 0..params.units {
        let (counter, done, measure) = (Arc::clone(&counter), done.clone(), measure.clone());
        let work = move || {
            let mut lap = measure.lap();
            for batch in params.batches() {
                for _ in 0..batch {
                    // Held for one addition: released at the end of the statement. A poisoned number is still a number, so poison
                    // is passed over.
                    *counter.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                }
                lap.done_batch(batch);
            }
            drop(lap);
            let _ = done.send(0);
        };
        pool.execute(work)?;
    }
    // From here on only the jobs hold senders. If one is lost to a panic, the channel closes with the last of the others, and the
    // wait ends in an error.
    drop(done);

    let running = measure.start();
    // The pool's own gate: all jobs are in the queue before the first is begun, and its threads wait until now.
    pool.go();
    sum_of(&results, params.units)?;
    let sum = *counter.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(running.stop(sum))
}
