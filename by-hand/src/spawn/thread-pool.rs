//! `spawn` on a thread pool, by hand: threads that take boxed closures from one channel.

use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, mixed, settle};
use crossbeam_channel::{Sender, bounded};

type Job = Box<dyn FnOnce() + Send>;

fn main() {
    let args = Args::read();
    let (pool, jobs) = bounded::<Job>(args.units);
    for _ in 0..args.workers {
        let jobs = jobs.clone();
        thread::spawn(move || jobs.iter().for_each(|job| job()));
    }
    submit_all(args, &pool);
    submit_all(args, &pool).print();
}

fn submit_all(args: Args, pool: &Sender<Job>) -> Outcome {
    let (result, results) = bounded(args.units);
    settle();
    let start = Instant::now();
    for number in 0..args.units as u64 {
        let result = result.clone();
        pool.send(Box::new(move || result.send(mixed(args.seed.wrapping_add(number))).unwrap())).unwrap();
    }
    let sum = results.iter().take(args.units).fold(0, u64::wrapping_add);
    Outcome::new(start.elapsed(), args.units as u64, sum)
}
