//! `shared-counter` on threads, by hand.

use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, settle};

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(8), increments: 100, ..args });
    run(args).print();
}

fn run(args: Args) -> Outcome {
    let counter = Arc::new(Mutex::new(0_u64));
    let start = Arc::new(Barrier::new(args.units + 1));
    // Nobody sends: it closes when every unit has dropped its end.
    let (ready, all_ready) = channel::<()>();
    let mut units = Vec::with_capacity(args.units);
    for _ in 0..args.units {
        let (counter, start, ready) = (Arc::clone(&counter), Arc::clone(&start), ready.clone());
        units.push(thread::spawn(move || {
            drop(ready);
            start.wait();
            for _ in 0..args.increments {
                *counter.lock().unwrap() += 1;
            }
        }));
    }
    drop(ready);
    let _ = all_ready.recv();
    settle();

    let since = Instant::now();
    start.wait();
    units.into_iter().for_each(|unit| unit.join().unwrap());
    let sum = *counter.lock().unwrap();
    Outcome::new(since.elapsed(), args.units as u64 * args.increments, sum)
}
