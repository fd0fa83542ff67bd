//! `open-loop` on threads, by hand: a thread per request, made when it arrives.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, arrivals, mixed, mixed_times, on_threads};

fn main() {
    on_threads(|args| Args { units: args.units.min(200), ..args }, serve_all);
}

fn serve_all(args: Args) -> Outcome {
    let service = args.number("service");
    let (served, results) = channel();
    let start = Instant::now();
    arrivals(args, move |unit, intended| {
        let served = served.clone();
        thread::spawn(move || {
            let result = mixed_times(mixed(args.seed ^ unit), service);
            served.send((result, intended.elapsed())).unwrap();
        });
    });
    let (parts, latencies): (Vec<u64>, Vec<_>) = results.iter().unzip();
    let sum = parts.into_iter().fold(0, u64::wrapping_add);
    Outcome::new(start.elapsed(), args.units as u64, sum).with_latency(latencies)
}
