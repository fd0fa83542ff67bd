//! `spawn` on Rayon, by hand: jobs of a scope on a thread of the pool.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use by_hand::{Args, Outcome, mixed, settle};
use rayon::{ThreadPool, ThreadPoolBuilder};

fn main() {
    let args = Args::read();
    let pool = ThreadPoolBuilder::new().num_threads(args.workers).build().unwrap();
    spawn_all(args, &pool);
    spawn_all(args, &pool).print();
}

fn spawn_all(args: Args, pool: &ThreadPool) -> Outcome {
    let sum = AtomicU64::new(0);
    settle();
    let start = Instant::now();
    pool.scope(|scope| {
        for number in 0..args.units as u64 {
            let sum = &sum;
            scope.spawn(move |_| {
                sum.fetch_add(mixed(args.seed.wrapping_add(number)), Ordering::Relaxed);
            });
        }
    });
    Outcome::new(start.elapsed(), args.units as u64, sum.into_inner())
}
