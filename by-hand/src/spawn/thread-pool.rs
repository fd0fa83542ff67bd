//! `spawn` on a thread pool, by hand.

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, mixed, settle};
use crossbeam_channel::bounded;

type Job = Box<dyn FnOnce() + Send>;

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(100), ..args });
    run(args).print();
}

fn run(args: Args) -> Outcome {
    let (queue, jobs) = bounded::<Job>(args.units);
    let start = Arc::new(Barrier::new(args.workers + 1));
    for _ in 0..args.workers {
        let (jobs, start) = (jobs.clone(), Arc::clone(&start));
        thread::spawn(move || {
            start.wait();
            jobs.iter().for_each(|job| job());
        });
    }
    let (done, results) = bounded(args.units);
    start.wait();
    settle();
    let since = Instant::now();
    for unit in 0..args.units {
        let done = done.clone();
        queue.send(Box::new(move || done.send(mixed(args.seed.wrapping_add(unit as u64))).unwrap())).unwrap();
    }
    let answer = results.iter().take(args.units).fold(0, u64::wrapping_add);
    Outcome::new(since.elapsed(), args.units as u64, answer)
}
