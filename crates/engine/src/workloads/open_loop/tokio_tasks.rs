//! A task per request, spawned from outside the runtime when it arrives.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::generator::generate;
use super::{Params, Service};
use crate::measure::{Done, Halt, Measure, Tally};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let service = Service::new(params, &measure);
    let tally = Tally::new(params.units);
    let running = measure.start();
    let arrive = {
        // The schedule has a thread of its own, which is not in the runtime: it needs a handle on it. What it spawns goes into
        // the queue that all workers share.
        let (service, tally, runtime) = (service.clone(), Arc::clone(&tally), Handle::current());
        move |request| {
            let (service, mut share) = (service.clone(), tally.share());
            // region: make
            // Its `JoinHandle` is dropped, which lets the task go on alone: the share tells when it is done.
            runtime.spawn(async move { share.report(service.serve(request)) });
            // endregion
            Ok(())
        }
    };
    let arrivals = generate(params, &measure, arrive)?;
    // region: join
    // Waited for with `.await`, so that this task keeps no worker from serving.
    let answer = tally.all().await?;
    // endregion
    let done = running.stop(answer);
    let schedule = arrivals.join()??;
    Ok(service.with_figures(done, &schedule))
}
