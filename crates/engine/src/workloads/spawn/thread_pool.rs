//! A job a unit: a box on the heap and a place in a queue. The threads are there already.

use std::time::Instant;

use crossbeam_channel::bounded;

use super::{Params, work};
use crate::measure::{Done, Halt, Measure};
use crate::models::thread_pool::{Pool, sum_of};

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    let (done, results) = bounded(params.units);
    pool.go();
    let mut answer = 0_u64;
    let running = measure.start();
    for group in params.groups() {
        let units = group.len();
        for unit in group {
            let (done, measure) = (done.clone(), measure.clone());
            let asked = Instant::now();
            pool.execute(move || {
                measure.record(asked.elapsed());
                let _ = done.send(work(measure.seed(), unit));
            })?;
        }
        answer = answer.wrapping_add(sum_of(&results, units)?);
    }
    Ok(running.stop(answer))
}
