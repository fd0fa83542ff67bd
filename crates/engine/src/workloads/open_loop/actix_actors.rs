//! A message per request, sent to an actor on each arbiter in turn when it arrives. With `do_send`, because arrivals do not wait.

use actix::prelude::*;

use super::generator::generate;
use super::{Params, Request, Service};
use crate::measure::{Done, Halt, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

struct Server {
    service: Service,
}

impl Actor for Server {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Serve {
    request: Request,
    share: Share,
}

// region: answer
impl Handler<Serve> for Server {
    type Result = ();

    fn handle(&mut self, Serve { request, mut share }: Serve, _: &mut Context<Self>) {
        share.report(self.service.serve(request));
    }
}
// endregion

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let service = Service::new(params, &measure);
    let tally = Tally::new(params.units);
    // region: make
    let start = |arbiter| {
        let service = service.clone();
        Server::start_in_arbiter(arbiters.of(arbiter), move |_| Server { service })
    };
    // One actor per arbiter. Requests go round them whether one is behind or not: arbiters do not steal from each other.
    let servers: Vec<Addr<Server>> = (0..measure.workers()).map(start).collect();
    // endregion
    let running = measure.start();
    let arrive = {
        let tally = tally.clone();
        move |request: Request| {
            // region: make
            // Past the bound of the mailbox, which would refuse arrivals: here they pile up, and that shows as latency.
            servers[request.unit % servers.len()].do_send(Serve { request, share: tally.share() });
            // endregion
            Ok(())
        }
    };
    let arrivals = generate(params, &measure, arrive)?;
    // region: join
    // A message that was told has no answer: its share tells when it has been handled.
    let answer = tally.all().await?;
    // endregion
    let done = running.stop(answer);
    let schedule = arrivals.join()??;
    Ok(service.with_figures(done, &schedule))
}
