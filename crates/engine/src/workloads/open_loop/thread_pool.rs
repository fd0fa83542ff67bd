//! A job per request, put into the pool's queue when it arrives.

use crossbeam_channel::bounded;

use super::generator::generate;
use super::{Params, Service};
use crate::measure::{Done, Halt, Measure};
use crate::models::thread_pool::{Pool, sum_of};

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    let service = Service::new(params, measure);
    // Room for every result, as the pool's queue has room for every request: neither an arrival nor a job waits for a place.
    let (done, results) = bounded(params.units);
    let pool_of_arrivals = pool.clone();
    // No gate: the pool is ready, and takes requests as they arrive.
    pool.go();
    let running = measure.start();
    let arrive = {
        let service = service.clone();
        move |request| {
            let (service, done) = (service.clone(), done.clone());
            // region: make
            pool_of_arrivals.execute(move || {
                let _ = done.send(service.serve(request));
            })
            // endregion
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
