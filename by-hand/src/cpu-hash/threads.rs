//! `cpu-hash` on threads, by hand.

use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, chain, first_hash, on_threads, part, settle};

fn main() {
    on_threads(|args| Args { rounds: 1, ..args }, run);
}

fn run(args: Args) -> Outcome {
    let hashes = args.number("hashes");
    let start = Arc::new(Barrier::new(args.units + 1));
    // Nobody sends: it closes when every unit has dropped its end.
    let (ready, all_ready) = channel::<()>();
    let mut units = Vec::with_capacity(args.units);
    for unit in 0..args.units {
        let (start, ready) = (Arc::clone(&start), ready.clone());
        units.push(thread::spawn(move || {
            let mut hash = first_hash(args.seed, unit);
            drop(ready);
            start.wait();
            for _ in 0..args.rounds {
                hash = chain(hash, hashes);
            }
            part(&hash)
        }));
    }
    drop(ready);
    let _ = all_ready.recv();
    settle();

    let since = Instant::now();
    start.wait();
    let answer = units.into_iter().map(|unit| unit.join().unwrap()).fold(0, u64::wrapping_add);
    Outcome::new(since.elapsed(), args.units as u64 * args.rounds, answer)
}
