//! A task per request, spawned from outside the executor when it arrives.

use std::sync::Arc;

use smol::Executor;

use super::generator::generate;
use super::{Params, Service};
use crate::measure::{Done, Halt, Measure, Tally};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let service = Service::new(params, &measure);
    let tally = Tally::new(params.units);
    let running = measure.start();
    let arrive = {
        // The schedule has a thread of its own, which runs no tasks, but an executor can be spawned on from any. All tasks go
        // into the queue that its threads share.
        let (service, tally) = (service.clone(), Arc::clone(&tally));
        move |request| {
            let (service, mut share) = (service.clone(), tally.share());
            // region: make
            // Detached, because dropping its handle would cancel it: the share tells when it is done.
            executor.spawn(async move { share.report(service.serve(request)) }).detach();
            // endregion
            Ok(())
        }
    };
    let arrivals = generate(params, &measure, arrive)?;
    // region: join
    // Waited for with `.await`, so that this task keeps no thread from serving.
    let answer = tally.all().await?;
    // endregion
    let done = running.stop(answer);
    let schedule = arrivals.join()??;
    Ok(service.with_figures(done, &schedule))
}
