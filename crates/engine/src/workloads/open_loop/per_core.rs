//! A task per request, sent to a core when it arrives, which cores take in turn. There it stays, whether that core is behind or
//! not: cores do not steal from each other.

use super::generator::generate;
use super::{Params, Request, Service};
use crate::measure::{Done, Halt, Measure, Tally};
use crate::models::cores::Cores;

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let service = Service::new(params, &measure);
    let tally = Tally::new(params.units);
    let running = measure.start();
    let arrive = {
        let (service, tally) = (service.clone(), tally.clone());
        move |request: Request| {
            let (service, mut share) = (service.clone(), tally.share());
            // region: make
            // A message to the core's thread, which wakes it if it sleeps. The task is made there.
            cores.spawn(request.unit, move || async move { share.report(service.serve(request)) });
            // endregion
            Ok(())
        }
    };
    let arrivals = generate(params, &measure, arrive)?;
    // region: join
    // Nobody has a handle on a task: each reports once, through its share of the tally.
    let answer = tally.all().await?;
    // endregion
    let done = running.stop(answer);
    let schedule = arrivals.join()??;
    Ok(service.with_figures(done, &schedule))
}
