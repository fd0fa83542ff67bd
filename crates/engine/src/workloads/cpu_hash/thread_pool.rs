//! A job a unit. As many threads as workers take them from one queue, and finish one before they take the next.

use crossbeam_channel::bounded;

use super::{Params, chain, first_link, part};
use crate::measure::{Done, Halt, Measure};
use crate::models::thread_pool::{Pool, sum_of};

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    let (done, results) = bounded(params.units);
    for unit in 0..params.units {
        let (done, measure) = (done.clone(), measure.clone());
        let work = move || {
            let mut link = first_link(measure.seed(), unit);
            let mut lap = measure.lap();
            for _ in 0..params.rounds {
                link = chain(link, params.hashes);
                lap.done();
            }
            drop(lap);
            let _ = done.send(part(&link));
        };
        pool.execute(work)?;
    }
    // Now only the jobs can send: if one is lost, the last of the others ends the waiting for it.
    drop(done);

    let running = measure.start();
    pool.go();
    let answer = sum_of(&results, params.units)?;
    Ok(running.stop(answer))
}
