//! A job per unit: a box on the heap and a place in a queue. The threads are there already.

use crossbeam_channel::bounded;

use super::{Params, result};
use crate::measure::{Done, Halt, Measure};
use crate::models::thread_pool::{Pool, sum_of};

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    let seed = measure.seed();
    // Room for every result: no job waits to hand over its own.
    let (done, results) = bounded(params.units);
    // Before the clock is read: a job is to run as soon as it is in the queue.
    pool.go();
    let mut answer = 0_u64;
    let (mut rounds, mut sampler) = (measure.rounds(1), measure.sampler(0, u64::MAX));
    let running = measure.start();
    while rounds.another().is_some() {
        for group in params.groups() {
            let units = group.len();
            for unit in group {
                // region: make
                let done = done.clone();
                let job = move || {
                    let _ = done.send(result(seed, unit));
                };
                // A job that is timed is a larger one; the others carry nothing for that.
                match sampler.begin() {
                    None => pool.execute(job),
                    Some(sample) => {
                        let measure = measure.clone();
                        pool.execute(move || {
                            measure.sampled(sample);
                            job();
                        })
                    }
                }?;
                // endregion
            }
            // region: join
            // A job has no handle to join: its result is its end.
            answer = answer.wrapping_add(sum_of(&results, units)?);
            // endregion
        }
    }
    drop(sampler);
    Ok(running.stop(answer))
}
