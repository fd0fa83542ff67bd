//! A message per request, sent to one of as many actors as there are workers when it arrives. An actor is a task that serves what
//! is in its queue, one after the other; the runtime moves it to a worker that is free.

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::generator::generate;
use super::{Params, Request, Service};
use crate::measure::{Done, Halt, Measure, Share, Tally};

/// A request, and what tells that it has been served: nobody waits for an answer to this one alone.
struct Serve(Request, Share);

// region: answer
/// The actor: serves until nobody can send any more.
async fn actor(service: Service, mut inbox: UnboundedReceiver<Serve>) {
    while let Some(Serve(request, mut share)) = inbox.recv().await {
        share.report(service.serve(request));
    }
}
// endregion

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let service = Service::new(params, &measure);
    let tally = Tally::new(params.units);
    let mut servers = Vec::with_capacity(measure.workers());
    // region: make
    for _ in 0..measure.workers() {
        // Without a bound, at which arrivals would have to wait: here they pile up, and that shows as latency.
        let (address, inbox) = unbounded_channel();
        tokio::spawn(actor(service.clone(), inbox));
        servers.push(address);
    }
    // endregion
    let running = measure.start();
    let arrive = {
        let tally = tally.clone();
        move |request: Request| {
            // region: make
            // They are taken in turn, whether one is behind or not. If one has panicked, the lost share says so.
            let _ = servers[request.unit % servers.len()].send(Serve(request, tally.share()));
            // endregion
            Ok(())
        }
    };
    let arrivals = generate(params, &measure, arrive)?;
    // region: join
    let answer = tally.all().await?;
    // endregion
    let done = running.stop(answer);
    let schedule = arrivals.join()??;
    Ok(service.with_figures(done, &schedule))
}
