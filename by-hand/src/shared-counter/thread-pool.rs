//! `shared-counter` on a thread pool, by hand.

use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, settle};
use crossbeam_channel::bounded;

type Job = Box<dyn FnOnce() + Send>;

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(8), increments: 100, ..args });
    run(args).print();
}

fn run(args: Args) -> Outcome {
    let counter = Arc::new(Mutex::new(0_u64));
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
    for _ in 0..args.units {
        let (counter, done) = (Arc::clone(&counter), done.clone());
        let job = move || {
            for _ in 0..args.increments {
                *counter.lock().unwrap() += 1;
            }
            done.send(()).unwrap();
        };
        queue.send(Box::new(job)).unwrap();
    }
    settle();

    let since = Instant::now();
    start.wait();
    results.iter().take(args.units).for_each(drop);
    let sum = *counter.lock().unwrap();
    Outcome::new(since.elapsed(), args.units as u64 * args.increments, sum)
}
