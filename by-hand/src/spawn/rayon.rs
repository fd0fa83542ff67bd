//! `spawn` on Rayon, by hand.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use by_hand::{Args, Outcome, mixed, settle};
use rayon::ThreadPoolBuilder;

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(100), ..args });
    run(args).print();
}

fn run(args: Args) -> Outcome {
    let pool = ThreadPoolBuilder::new().num_threads(args.workers).build().unwrap();
    let answer = AtomicU64::new(0);
    settle();
    let since = Instant::now();
    pool.scope(|scope| {
        for unit in 0..args.units {
            let answer = &answer;
            scope.spawn(move |_| {
                answer.fetch_add(mixed(args.seed.wrapping_add(unit as u64)), Ordering::Relaxed);
            });
        }
    });
    Outcome::new(since.elapsed(), args.units as u64, answer.into_inner())
}
