//! `spawn` on threads, by hand.

use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, mixed, settle};

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(100), ..args });
    run(args).print();
}

fn run(args: Args) -> Outcome {
    let mut units = Vec::with_capacity(args.units);
    settle();
    let since = Instant::now();
    for unit in 0..args.units {
        units.push(thread::spawn(move || mixed(args.seed.wrapping_add(unit as u64))));
    }
    let mut answer = 0_u64;
    for unit in units {
        answer = answer.wrapping_add(unit.join().unwrap());
    }
    Outcome::new(since.elapsed(), args.units as u64, answer)
}
