//! `cpu-hash` on Rayon, by hand.

use std::time::Instant;

use by_hand::{Args, Outcome, chain, first_hash, on_threads, part, settle};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

fn main() {
    on_threads(|args| Args { rounds: 1, ..args }, run);
}

fn run(args: Args) -> Outcome {
    let hashes = args.number("hashes");
    let pool = ThreadPoolBuilder::new().num_threads(args.workers).build().unwrap();
    let work = |unit| {
        let mut hash = first_hash(args.seed, unit);
        for _ in 0..args.rounds {
            hash = chain(hash, hashes);
        }
        part(&hash)
    };
    settle();
    let since = Instant::now();
    let answer = pool.install(|| (0..args.units).into_par_iter().map(work).reduce(|| 0, u64::wrapping_add));
    Outcome::new(since.elapsed(), args.units as u64 * args.rounds, answer)
}
