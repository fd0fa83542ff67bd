//! `blocking` on threads, by hand: the longest time without a beat.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Barrier, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use by_hand::{Args, Heart, Outcome, on_threads, settle};

fn main() {
    on_threads(|args| Args { rounds: 1, ..args }, block_all);
}

fn block_all(args: Args) -> Outcome {
    let block = Duration::from_millis(args.number("block_ms"));
    let (barrier, over, start) = (Barrier::new(args.units + 2), AtomicBool::new(false), OnceLock::new());
    thread::scope(|scope| {
        let heart = scope.spawn(|| {
            barrier.wait();
            let mut heart = Heart::since(*start.get().unwrap());
            while !over.load(Ordering::Relaxed) {
                thread::sleep(heart.next.saturating_duration_since(Instant::now()));
                heart.beat();
            }
            heart.longest
        });
        let blocker = || {
            barrier.wait();
            for _ in 0..args.rounds {
                thread::sleep(block);
                thread::sleep(Duration::from_millis(1));
            }
        };
        let blockers: Vec<_> = (0..args.units).map(|_| scope.spawn(blocker)).collect();
        settle();
        let began = *start.get_or_init(Instant::now);
        barrier.wait();
        blockers.into_iter().for_each(|blocker| blocker.join().unwrap());
        let wall = began.elapsed();
        over.store(true, Ordering::Relaxed);
        let calls = args.units as u64 * args.rounds;
        Outcome::new(wall, calls, calls).with("longest_gap_ns", heart.join().unwrap().as_nanos() as f64)
    })
}
