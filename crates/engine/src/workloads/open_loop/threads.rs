//! A thread per request, made when it arrives.

use std::thread;

use crossbeam_channel::unbounded;

use super::generator::generate;
use super::{Params, Request, Service};
use crate::measure::{Done, Halt, Measure};

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let service = Service::new(params, measure);
    // No bound, because an arrival must not wait; there are never more handles in it than requests.
    let (begun, units) = unbounded();
    let running = measure.start();
    let arrive = {
        let service = service.clone();
        move |request: Request| {
            let service = service.clone();
            // `Builder`, because `thread::spawn` panics if the machine refuses a thread; here a refusal is a result.
            let unit = thread::Builder::new().spawn(move || service.serve(request));
            let _ = begun.send(unit.map_err(|error| Halt::at(request.unit, "thread", &error))?);
            Ok(())
        }
    };
    let arrivals = generate(params, measure.seed(), arrive)?;
    let mut answer = 0_u64;
    // Ends when the schedule's thread has: it drops `begun`, which closes the channel.
    for unit in units {
        answer = answer.wrapping_add(unit.join()?);
    }
    let late = arrivals.join()??;
    Ok(service.with_figures(running.stop(answer), &late))
}
