//! A job of a scope a unit: a box on the heap, and a place in the queue of the thread that spawns it, from where others steal it.

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
        pool.scope(|scope| {
            for unit in group {
                let answer = &answer;
                let job = move || {
                    answer.fetch_add(work(seed, unit), Ordering::Relaxed);
                };
                // Where it is timed it is a larger one: the others keep nothing for that.
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
