//! An item of a parallel iterator per unit. The pool's threads split the range among them, and steal parts that another has not
//! begun.

use std::sync::Arc;

use rayon::ThreadPool;
use rayon::prelude::*;

use super::{Params, chain, first_link, part};
use crate::measure::{Done, Halt, Measure};

pub(super) fn run(params: Params, pool: &Arc<ThreadPool>, measure: &Measure) -> Result<Done, Halt> {
    let work = |unit| {
        let mut link = first_link(measure.seed(), unit);
        let mut lap = measure.lap();
        for _ in 0..params.rounds {
            // Nothing here gives way: a thread of Rayon's takes the next item when this one is done.
            link = chain(link, params.hashes);
            lap.done();
        }
        part(&link)
    };

    let running = measure.start();
    // `install` blocks this thread until all is done. The parts are added on the pool, in pairs, as the splits come back
    // together: no channel and no lock.
    let answer = pool.install(|| (0..params.units).into_par_iter().map(work).reduce(|| 0, u64::wrapping_add));
    Ok(running.stop(answer))
}
