//! `cpu-hash` on a thread pool, by hand.

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, chain, first_hash, on_threads, part, settle};
use crossbeam_channel::bounded;

type Job = Box<dyn FnOnce() + Send>;

fn main() {
    on_threads(|args| Args { rounds: 1, ..args }, run);
}

fn run(args: Args) -> Outcome {
    let hashes = args.number("hashes");
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
    for unit in 0..args.units {
        let done = done.clone();
        let job = move || {
            let mut hash = first_hash(args.seed, unit);
            for _ in 0..args.rounds {
                hash = chain(hash, hashes);
            }
            done.send(part(&hash)).unwrap();
        };
        queue.send(Box::new(job)).unwrap();
    }
    settle();

    let since = Instant::now();
    start.wait();
    let answer = results.iter().take(args.units).fold(0, u64::wrapping_add);
    Outcome::new(since.elapsed(), args.units as u64 * args.rounds, answer)
}
