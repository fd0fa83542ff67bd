//! `shared-counter` on Rayon, by hand.

use std::sync::Mutex;
use std::time::Instant;

use by_hand::{Args, Outcome, settle};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(8), increments: 100, ..args });
    run(args).print();
}

fn run(args: Args) -> Outcome {
    let pool = ThreadPoolBuilder::new().num_threads(args.workers).build().unwrap();
    let counter = Mutex::new(0_u64);
    let work = |_| {
        for _ in 0..args.increments {
            *counter.lock().unwrap() += 1;
        }
    };
    settle();
    let since = Instant::now();
    pool.install(|| (0..args.units).into_par_iter().for_each(work));
    let sum = *counter.lock().unwrap();
    Outcome::new(since.elapsed(), args.units as u64 * args.increments, sum)
}
