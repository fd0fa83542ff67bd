//! `shared-counter` on a thread pool, by hand: a lock.

use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, on_threads, settle};
use crossbeam_channel::bounded;

type Job = Box<dyn FnOnce() + Send>;

fn main() {
    on_threads(|args| args, run);
}

fn run(args: Args) -> Outcome {
    let increments = args.number("increments");
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
            for _ in 0..increments {
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
    Outcome::new(since.elapsed(), args.units as u64 * increments, sum)
}
