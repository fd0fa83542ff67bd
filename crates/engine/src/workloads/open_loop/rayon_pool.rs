//! A job a request, given to the pool from outside when it arrives.

use std::sync::Arc;

use crossbeam_channel::bounded;
use rayon::ThreadPool;

use super::generator::generate;
use super::{Params, Service};
use crate::measure::{Done, Halt, Measure};
use crate::models::thread_pool::sum_of;

pub(super) fn run(params: Params, pool: &Arc<ThreadPool>, measure: &Measure) -> Result<Done, Halt> {
    let service = Service::new(params, measure);
    let (done, results) = bounded(params.units);
    let running = measure.start();
    let arrive = {
        let (service, pool) = (service.clone(), Arc::clone(pool));
        move |request| {
            let (service, done) = (service.clone(), done.clone());
            pool.spawn(move || {
                let _ = done.send(service.serve(request));
            });
            Ok(())
        }
    };
    let arrivals = generate(params, measure.seed(), arrive)?;
    let answer = sum_of(&results, params.units)?;
    let late = arrivals.join()??;
    Ok(service.with_figures(running.stop(answer), &late))
}
