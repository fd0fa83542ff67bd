//! `file-read` on threads, by hand.

use std::os::unix::fs::FileExt;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use by_hand::file::{Blocks, first};
use by_hand::{Args, Outcome, on_threads, settle};

fn main() {
    on_threads(|args| Args { rounds: args.rounds.min(4), ..args }, read_all);
}

fn read_all(args: Args) -> Outcome {
    let blocks = Blocks::write(args);
    let barrier = Barrier::new(args.units + 1);
    thread::scope(|scope| {
        let reader = |unit| {
            let file = blocks.open();
            let mut block = vec![0; blocks.bytes];
            let mut sum = 0_u64;
            barrier.wait();
            for round in 0..args.rounds {
                file.read_exact_at(&mut block, blocks.offset(unit, round)).unwrap();
                sum = sum.wrapping_add(first(&block));
            }
            sum
        };
        let readers: Vec<_> = (0..args.units).map(|unit| scope.spawn(move || reader(unit))).collect();
        settle();
        let start = Instant::now();
        barrier.wait();
        let sum = readers.into_iter().map(|reader| reader.join().unwrap()).fold(0, u64::wrapping_add);
        Outcome::new(start.elapsed(), args.units as u64 * args.rounds, sum)
    })
}
