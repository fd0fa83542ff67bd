//! A job of a scope a unit: a box on the heap, and a place in the queue of the thread that spawns it, from where others steal it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use rayon::ThreadPool;

use super::{Params, work};
use crate::measure::{Done, Halt, Measure};

pub(super) fn run(params: Params, pool: &Arc<ThreadPool>, measure: &Measure) -> Result<Done, Halt> {
    let answer = AtomicU64::new(0);
    let running = measure.start();
    for group in params.groups() {
        pool.scope(|scope| {
            for unit in group {
                let asked = Instant::now();
                let answer = &answer;
                scope.spawn(move |_| {
                    measure.record(asked.elapsed());
                    answer.fetch_add(work(measure.seed(), unit), Ordering::Relaxed);
                });
            }
        });
    }
    Ok(running.stop(answer.into_inner()))
}
