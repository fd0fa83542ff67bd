//! A thread per request, made when it arrives. Nobody joins it: as in a server, it ends when it has served its request.

use std::thread;

use crossbeam_channel::bounded;

use super::generator::generate;
use super::{Params, Request, Service};
use crate::measure::{Done, Halt, Measure};
use crate::models::thread_pool::sum_of;

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let service = Service::new(params, measure);
    // Room for every result: no thread waits to hand over its own.
    let (done, results) = bounded(params.units);
    let running = measure.start();
    let arrive = {
        let service = service.clone();
        move |request: Request| {
            let (service, done) = (service.clone(), done.clone());
            // region: make
            let serve = move || {
                let _ = done.send(service.serve(request));
            };
            // `Builder`, because `thread::spawn` panics if the machine refuses a thread; here a refusal is a result. The handle
            // is dropped, which lets the thread go on alone: kept until the end, it would keep the stack.
            thread::Builder::new().spawn(serve).map(drop).map_err(|error| Halt::at(request.unit, "thread", &error))
            // endregion
        }
    };
    let arrivals = generate(params, measure, arrive)?;
    // region: join
    let answer = sum_of(&results, params.units);
    // endregion
    let done = answer.map(|answer| running.stop(answer));
    // Why there are results missing, if the machine has refused a thread.
    let schedule = arrivals.join()??;
    Ok(service.with_figures(done?, &schedule))
}
