//! `open-loop` on Actix, by hand: an actor on each arbiter, which are told of requests in turn.

use std::time::{Duration, Instant};

use actix::prelude::*;
use by_hand::{Args, Outcome, arrivals, mixed, mixed_times, on_actix};
use tokio::sync::mpsc;

struct Server {
    service: u64,
}

impl Actor for Server {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Request {
    number: u64,
    intended: Instant,
    served: mpsc::UnboundedSender<(u64, Duration)>,
}

impl Handler<Request> for Server {
    type Result = ();

    fn handle(&mut self, request: Request, _: &mut Context<Self>) {
        let result = mixed_times(request.number, self.service);
        request.served.send((result, request.intended.elapsed())).unwrap();
    }
}

fn main() {
    on_actix(|args| Args { units: args.units.min(200), ..args }, serve_all);
}

async fn serve_all(args: Args, arbiters: &[Arbiter]) -> Outcome {
    let service = args.number("service");
    let (served, mut results) = mpsc::unbounded_channel();
    let start = |arbiter: &Arbiter| Server::start_in_arbiter(&arbiter.handle(), move |_| Server { service });
    let servers: Vec<_> = arbiters.iter().map(start).collect();
    let start = Instant::now();
    arrivals(args, move |unit, intended| {
        let request = Request { number: mixed(args.seed ^ unit), intended, served: served.clone() };
        servers[unit as usize % servers.len()].do_send(request);
    });
    let (mut sum, mut latencies) = (0_u64, Vec::new());
    while let Some((result, latency)) = results.recv().await {
        sum = sum.wrapping_add(result);
        latencies.push(latency);
    }
    Outcome::new(start.elapsed(), args.units as u64, sum).with_latency(latencies)
}
