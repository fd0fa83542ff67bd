//! An item of a parallel iterator a unit. The pool's threads split the range among them, and steal halves of what another has left.

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
            link = chain(link, params.hashes);
            lap.done();
        }
        part(&link)
    };

    let running = measure.start();
    let answer = pool.install(|| (0..params.units).into_par_iter().map(work).reduce(|| 0, u64::wrapping_add));
    Ok(running.stop(answer))
}
