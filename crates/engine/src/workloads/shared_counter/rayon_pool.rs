//! An item of a parallel iterator per unit, and std's mutex: no more threads want it than there are workers.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::ThreadPool;
use rayon::prelude::*;

use super::Params;
use crate::measure::{Done, Halt, Measure};

pub(super) fn run(params: Params, pool: &Arc<ThreadPool>, measure: &Measure) -> Result<Done, Halt> {
    // No `Arc`: `install` returns when all items are done, so they may borrow it.
    let counter = Mutex::new(0_u64);
    let work = |_| {
        let mut lap = measure.lap();
        for batch in params.batches() {
            for _ in 0..batch {
                // Held for one addition: released at the end of the statement. A poisoned number is still a number, so poison is
                // passed over.
                *counter.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            }
            lap.done_batch(batch);
        }
    };

    let running = measure.start();
    pool.install(|| (0..params.units).into_par_iter().for_each(work));
    let sum = *counter.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(running.stop(sum))
}
