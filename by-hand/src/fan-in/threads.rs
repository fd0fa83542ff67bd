//! `fan-in` on threads, in the shape of `mpsc(cap)` in crossbeam-rs/crossbeam, crossbeam-channel/benchmarks/crossbeam-channel.rs:
//! scoped threads send, the one that made them receives.

use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, mixed, on_threads, settle};
use crossbeam_channel::bounded;

fn main() {
    on_threads(|args| args, mpsc);
}

fn mpsc(args: Args) -> Outcome {
    let messages = args.number("messages");
    let (tx, rx) = bounded::<u64>(args.number("capacity") as usize);
    let barrier = Barrier::new(args.units + 1);
    let all = args.units as u64 * messages;
    thread::scope(|scope| {
        for _ in 0..args.units {
            let (tx, barrier) = (tx.clone(), &barrier);
            scope.spawn(move || {
                barrier.wait();
                for i in 0..messages {
                    tx.send(i).unwrap();
                }
            });
        }
        settle();
        let start = Instant::now();
        barrier.wait();
        let mut sum = 0_u64;
        for _ in 0..all {
            sum = sum.wrapping_add(mixed(rx.recv().unwrap()));
        }
        Outcome::new(start.elapsed(), all, sum)
    })
}
