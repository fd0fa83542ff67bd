//! `shared-counter` on Rayon, by hand: a lock.

use std::sync::Mutex;
use std::time::Instant;

use by_hand::{Args, Outcome, on_threads, settle};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

fn main() {
    on_threads(|args| args, run);
}

fn run(args: Args) -> Outcome {
    let increments = args.number("increments");
    let pool = ThreadPoolBuilder::new().num_threads(args.workers).build().unwrap();
    let counter = Mutex::new(0_u64);
    let work = |_| {
        for _ in 0..increments {
            *counter.lock().unwrap() += 1;
        }
    };
    settle();
    let since = Instant::now();
    pool.install(|| (0..args.units).into_par_iter().for_each(work));
    let sum = *counter.lock().unwrap();
    Outcome::new(since.elapsed(), args.units as u64 * increments, sum)
}
