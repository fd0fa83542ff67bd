//! A job a request, put into the pool's queue when it arrives.

use crossbeam_channel::bounded;

use super::generator::generate;
use super::{Params, Service};
use crate::measure::{Done, Halt, Measure};
use crate::models::thread_pool::{Pool, sum_of};

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    let service = Service::new(params, measure);
    let (done, results) = bounded(params.units);
    let pool_of_arrivals = pool.clone();
    pool.go();
    let running = measure.start();
    let arrive = {
        let service = service.clone();
        move |request| {
            let (service, done) = (service.clone(), done.clone());
            pool_of_arrivals.execute(move || {
                let _ = done.send(service.serve(request));
            })
        }
    };
    let arrivals = generate(params, measure.seed(), arrive)?;
    let answer = sum_of(&results, params.units)?;
    let late = arrivals.join()??;
    Ok(service.with_figures(running.stop(answer), &late))
}
