//! `open-loop` on Tokio, by hand: a task per request, spawned by a thread beside the runtime.

use std::time::Instant;

use by_hand::{Args, Outcome, arrivals, mixed, mixed_times, on_tokio};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

fn main() {
    on_tokio(|args| Args { units: args.units.min(200), ..args }, serve_all);
}

async fn serve_all(args: Args) -> Outcome {
    let service = args.number("service");
    let (served, mut results) = mpsc::unbounded_channel();
    let runtime = Handle::current();
    let start = Instant::now();
    arrivals(args, move |unit, intended| {
        let served = served.clone();
        runtime.spawn(async move {
            let result = mixed_times(mixed(args.seed ^ unit), service);
            served.send((result, intended.elapsed())).unwrap();
        });
    });
    let (mut sum, mut latencies) = (0_u64, Vec::new());
    while let Some((result, latency)) = results.recv().await {
        sum = sum.wrapping_add(result);
        latencies.push(latency);
    }
    Outcome::new(start.elapsed(), args.units as u64, sum).with_latency(latencies)
}
