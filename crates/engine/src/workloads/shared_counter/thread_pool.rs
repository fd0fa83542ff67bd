//! A job a unit, and std's mutex: no more threads want it than there are workers.

use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::bounded;

use super::Params;
use crate::measure::{Done, Halt, Measure};
use crate::models::thread_pool::{Pool, sum_of};

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    let counter = Arc::new(Mutex::new(0_u64));
    let (done, results) = bounded(params.units);
    for _ in 0..params.units {
        let (counter, done, measure) = (Arc::clone(&counter), done.clone(), measure.clone());
        let work = move || {
            let mut lap = measure.lap();
            for batch in params.batches() {
                for _ in 0..batch {
                    *counter.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                }
                lap.done_batch(batch);
            }
            drop(lap);
            let _ = done.send(0);
        };
        pool.execute(work)?;
    }
    drop(done);

    let running = measure.start();
    pool.go();
    sum_of(&results, params.units)?;
    let sum = *counter.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(running.stop(sum))
}
