//! `cancel` on threads, by hand: a flag. How long after it is raised the last has stopped.

use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use by_hand::{Args, Outcome, mixed_times, on_threads};

fn main() {
    on_threads(|args| args, cancel);
}

fn cancel(args: Args) -> Outcome {
    let (piece, after) = (args.number("piece"), Duration::from_millis(args.number("after_ms")));
    let (told, begun) = (AtomicBool::new(false), Barrier::new(args.units + 1));
    thread::scope(|scope| {
        let (told, begun) = (&told, &begun);
        let worker = move |unit| {
            let mut state = black_box(mixed_times(unit, piece));
            begun.wait();
            while !told.load(Ordering::Relaxed) {
                state = black_box(mixed_times(state, piece));
            }
            Instant::now()
        };
        let workers: Vec<_> = (0..args.units as u64).map(|unit| scope.spawn(move || worker(unit))).collect();
        begun.wait();
        let start = Instant::now();
        thread::sleep(after);
        let telling = Instant::now();
        told.store(true, Ordering::Relaxed);
        let last = workers.into_iter().map(|worker| worker.join().unwrap()).max().unwrap();
        let units = args.units as u64;
        Outcome::new(start.elapsed(), units, units).with("stopped_last_ns", (last - telling).as_nanos() as f64)
    })
}
