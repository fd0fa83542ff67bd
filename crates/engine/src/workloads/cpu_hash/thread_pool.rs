//! A job per unit. As many threads as there are workers take them from one queue, and finish one before they take the next.

use crossbeam_channel::bounded;

use super::{Params, chain, first_link, part};
use crate::measure::{Done, Halt, Measure};
use crate::models::thread_pool::{Pool, sum_of};

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    // Room for every result: no job waits to hand over its own.
    let (done, results) = bounded(params.units);
    for unit in 0..params.units {
        let (done, measure) = (done.clone(), measure.clone());
        let work = move || {
            let mut link = first_link(measure.seed(), unit);
            let mut lap = measure.lap();
            for _ in 0..params.rounds {
                // Nothing here gives way: the jobs in the queue wait until this one has ended.
                link = chain(link, params.hashes);
                lap.done();
            }
            drop(lap);
            let _ = done.send(part(&link));
        };
        pool.execute(work)?;
    }
    // From here on only the jobs hold senders. If one is lost to a panic, the channel closes with the last of the others, and the
    // wait ends in an error.
    drop(done);

    let running = measure.start();
    // The pool's own gate: all jobs are in the queue before the first is begun, and its threads wait until now.
    pool.go();
    let answer = sum_of(&results, params.units)?;
    Ok(running.stop(answer))
}
