//! A job of a scope per unit: a box on the heap, and a place in the queue of the thread that spawns it, from where others steal
//! it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::ThreadPool;

use super::{Params, work};
use crate::measure::{Done, Halt, Measure};

pub(super) fn run(params: Params, pool: &Arc<ThreadPool>, measure: &Measure) -> Result<Done, Halt> {
    let seed = measure.seed();
    let answer = AtomicU64::new(0);
    let running = measure.start();
    for group in params.groups() {
        // The scope ends when all its jobs have: that is the join, and it is why a job may borrow `answer`. The jobs are spawned
        // on a thread of the pool, which takes its newest first; the others steal its oldest.
        pool.scope(|scope| {
            for unit in group {
                let answer = &answer;
                let job = move || {
                    // A job of a scope returns nothing, so it adds to a number that all share. Relaxed will do: the end of the
                    // scope comes after every addition.
                    answer.fetch_add(work(seed, unit), Ordering::Relaxed);
                };
                // A job that is timed is a larger one; the others carry nothing for that.
                match params.sample(unit, measure) {
                    None => scope.spawn(move |_| job()),
                    Some(sample) => scope.spawn(move |_| {
                        measure.sampled(sample);
                        job();
                    }),
                }
            }
        });
    }
    Ok(running.stop(answer.into_inner()))
}
