//! A message per request, sent to the SyncArbiter's queue when it arrives; any of its threads that is free takes it.

use actix::prelude::*;

use super::generator::generate;
use super::{Params, Request, Service};
use crate::measure::{Done, Halt, Measure, Share, Tally};

struct Server {
    service: Service,
}

impl Actor for Server {
    type Context = SyncContext<Self>;
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

    fn handle(&mut self, Serve { request, mut share }: Serve, _: &mut SyncContext<Self>) {
        share.report(self.service.serve(request));
    }
}
// endregion

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let service = Service::new(params, &measure);
    let tally = Tally::new(params.units);
    let of_actors = service.clone();
    // region: make
    // Copies of one actor at one address and with one queue: no request waits for one thread while another is free.
    let servers = SyncArbiter::start(measure.workers(), move || Server { service: of_actors.clone() });
    // endregion
    let running = measure.start();
    let arrive = {
        let tally = tally.clone();
        move |request| {
            // region: make
            // Not asked: arrivals do not wait for answers. A SyncArbiter's queue has no bound.
            servers.do_send(Serve { request, share: tally.share() });
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
