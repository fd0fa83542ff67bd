//! `pipeline` on threads, by hand.

use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, mixed_times, on_threads, settle};
use crossbeam_channel::bounded;

fn main() {
    on_threads(|args| args, pipeline);
}

fn pipeline(args: Args) -> Outcome {
    let (items, capacity, work) = (args.number("items"), args.number("capacity") as usize, args.number("work"));
    let barrier = Barrier::new(args.units + 2);
    thread::scope(|scope| {
        let barrier = &barrier;
        let (source, mut incoming) = bounded::<u64>(capacity);
        scope.spawn(move || {
            barrier.wait();
            (0..items).for_each(|item| source.send(item % 16).unwrap());
        });
        for _ in 1..args.units {
            let (outgoing, next) = bounded(capacity);
            let queue = std::mem::replace(&mut incoming, next);
            scope.spawn(move || {
                barrier.wait();
                queue.iter().for_each(|value| outgoing.send(mixed_times(value, work + 1)).unwrap());
            });
        }
        let last = scope.spawn(move || {
            barrier.wait();
            incoming.iter().map(|value| mixed_times(value, work + 1)).fold(0, u64::wrapping_add)
        });
        settle();
        let start = Instant::now();
        barrier.wait();
        let sum = last.join().unwrap();
        Outcome::new(start.elapsed(), items, sum)
    })
}
