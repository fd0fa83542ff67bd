//! A job per request, given to the pool from outside when it arrives.

use std::sync::Arc;

use crossbeam_channel::bounded;
use rayon::ThreadPool;

use super::generator::generate;
use super::{Params, Service};
use crate::measure::{Done, Halt, Measure};
use crate::models::thread_pool::sum_of;

pub(super) fn run(params: Params, pool: &Arc<ThreadPool>, measure: &Measure) -> Result<Done, Halt> {
    let service = Service::new(params, measure);
    // Room for every result: no job waits to hand over its own.
    let (done, results) = bounded(params.units);
    let running = measure.start();
    let arrive = {
        let (service, pool) = (service.clone(), Arc::clone(pool));
        move |request| {
            let (service, done) = (service.clone(), done.clone());
            // region: make
            // `spawn`, because `install` and `scope` wait for the job. What comes from outside goes into the queue that all
            // threads share, first in, first out.
            pool.spawn(move || {
                let _ = done.send(service.serve(request));
            });
            // endregion
            Ok(())
        }
    };
    let arrivals = generate(params, measure, arrive)?;
    // region: join
    // A job has no handle to join: its result is its end.
    let answer = sum_of(&results, params.units)?;
    // endregion
    let done = running.stop(answer);
    let schedule = arrivals.join()??;
    Ok(service.with_figures(done, &schedule))
}
