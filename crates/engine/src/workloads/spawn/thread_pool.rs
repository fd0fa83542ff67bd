//! A job a unit: a box on the heap and a place in a queue. The threads are there already.

use crossbeam_channel::bounded;

use super::{Params, work};
use crate::measure::{Done, Halt, Measure};
use crate::models::thread_pool::{Pool, sum_of};

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    let seed = measure.seed();
    let (done, results) = bounded(params.units);
    pool.go();
    let mut answer = 0_u64;
    let running = measure.start();
    for group in params.groups() {
        let units = group.len();
        for unit in group {
            let done = done.clone();
            let job = move || {
                let _ = done.send(work(seed, unit));
            };
            // Where it is timed it is a larger one: the others keep nothing for that.
            match params.sample(unit, measure) {
                None => pool.execute(job),
                Some(sample) => {
                    let measure = measure.clone();
                    pool.execute(move || {
                        measure.sampled(sample);
                        job();
                    })
                }
            }?;
        }
        answer = answer.wrapping_add(sum_of(&results, units)?);
    }
    Ok(running.stop(answer))
}
