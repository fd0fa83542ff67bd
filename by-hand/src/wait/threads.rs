//! `wait` on threads, by hand: how late each wakes.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use by_hand::{Args, Outcome, median, on_threads, settle};

fn main() {
    on_threads(|args| Args { units: args.units.min(16), rounds: 1, ..args }, sleep_all);
}

fn sleep_all(args: Args) -> Outcome {
    let wait = Duration::from_millis(args.number("wait_ms"));
    let barrier = Barrier::new(args.units + 1);
    thread::scope(|scope| {
        let sleeper = || {
            barrier.wait();
            let mut late = Vec::new();
            for _ in 0..args.rounds {
                let asked = Instant::now();
                thread::sleep(wait);
                late.push(asked.elapsed() - wait);
            }
            late
        };
        let sleepers: Vec<_> = (0..args.units).map(|_| scope.spawn(sleeper)).collect();
        settle();
        let start = Instant::now();
        barrier.wait();
        let late: Vec<_> = sleepers.into_iter().flat_map(|sleeper| sleeper.join().unwrap()).collect();
        let waits = late.len() as u64;
        Outcome::new(start.elapsed(), waits, waits).with("oversleep_p50_ns", median(late))
    })
}
