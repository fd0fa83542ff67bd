//! `ring` on threads, by hand.

use std::mem::replace;
use std::sync::mpsc::{channel, sync_channel};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, settle};

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(16), rounds: args.rounds.min(50), ..args });
    run(args).print();
}

fn run(args: Args) -> Outcome {
    let hops = args.units as u64 * args.rounds;
    let start = Arc::new(Barrier::new(args.units + 1));
    // Nobody sends: it closes when every unit has dropped its end.
    let (ready, all_ready) = channel::<()>();
    let (done, finished) = sync_channel::<u64>(1);
    let (first, mut incoming) = sync_channel::<u64>(1);
    let mut units = Vec::with_capacity(args.units);
    for unit in 0..args.units {
        let (mut next, after) = sync_channel::<u64>(1);
        if unit == args.units - 1 {
            next = first.clone();
        }
        let from_last = replace(&mut incoming, after);
        let (start, ready, done) = (Arc::clone(&start), ready.clone(), done.clone());
        units.push(thread::spawn(move || {
            drop(ready);
            start.wait();
            for token in from_last {
                let token = token + 1;
                if token == hops {
                    done.send(token).unwrap();
                    return;
                }
                if next.send(token).is_err() {
                    return;
                }
            }
        }));
    }
    drop(ready);
    let _ = all_ready.recv();
    settle();

    let since = Instant::now();
    start.wait();
    first.send(0).unwrap();
    drop(first);
    let answer = finished.recv().unwrap();
    let wall = since.elapsed();
    units.into_iter().for_each(|unit| unit.join().unwrap());
    Outcome::new(wall, hops, answer)
}
