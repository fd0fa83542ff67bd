//! `yield` on threads, by hand.

use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, on_threads, settle};

fn main() {
    on_threads(|args| args, yield_many);
}

fn yield_many(args: Args) -> Outcome {
    let yields = args.number("yields");
    settle();
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..args.units {
            scope.spawn(|| (0..yields).for_each(|_| thread::yield_now()));
        }
    });
    let all = args.units as u64 * yields;
    Outcome::new(start.elapsed(), all, all)
}
