//! `fault` on threads, by hand: those that a join finds to have panicked are started anew, for the pieces that are left.

use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use by_hand::fault::Pieces;
use by_hand::{Args, Outcome, on_threads, settle};

fn main() {
    on_threads(|args| Args { rounds: args.rounds.min(100), ..args }, work_all);
}

fn work_all(args: Args) -> Outcome {
    let barrier = Barrier::new(args.units + 1);
    thread::scope(|scope| {
        let first = |unit: usize| {
            let barrier = &barrier;
            move || {
                barrier.wait();
                Pieces::first_life(args, unit).sum()
            }
        };
        let units: Vec<_> = (0..args.units).map(|unit| scope.spawn(first(unit))).collect();
        settle();
        let start = Instant::now();
        barrier.wait();
        let (mut sum, mut again) = (0_u64, Vec::new());
        for (unit, thread) in units.into_iter().enumerate() {
            match thread.join() {
                Ok(part) => sum = sum.wrapping_add(part),
                Err(_) => again.push(scope.spawn(move || Pieces::second_life(args, unit).sum())),
            }
        }
        let died = again.len() as u64;
        let sum = again.into_iter().map(|thread| thread.join().unwrap()).fold(sum, u64::wrapping_add);
        Outcome::new(start.elapsed(), args.units as u64 * args.rounds, sum.wrapping_add(died))
    })
}
