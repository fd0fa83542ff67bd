//! `spawn` on threads, by hand.

use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, mixed, on_threads, settle};

fn main() {
    on_threads(|args| args, spawn_all);
}

fn spawn_all(args: Args) -> Outcome {
    settle();
    let start = Instant::now();
    let threads: Vec<_> =
        (0..args.units as u64).map(|number| thread::spawn(move || mixed(args.seed.wrapping_add(number)))).collect();
    let sum = threads.into_iter().map(|thread| thread.join().unwrap()).fold(0, u64::wrapping_add);
    Outcome::new(start.elapsed(), args.units as u64, sum)
}
