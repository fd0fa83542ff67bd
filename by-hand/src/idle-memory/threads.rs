//! `idle-memory` of threads, by hand.

use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Instant;

use by_hand::memory::{STEPS, Units, held, slope};
use by_hand::{Args, Outcome, on_threads};

fn main() {
    on_threads(|args| Args { units: STEPS, ..args }, run);
}

fn run(args: Args) -> Outcome {
    let end = Arc::new(Barrier::new(args.units + 1));
    let mut units = Vec::with_capacity(args.units);
    let mut points = Vec::with_capacity(STEPS);
    let since = Instant::now();
    for _ in 0..STEPS {
        // Nobody sends: it closes when every unit has dropped its end.
        let (ready, all_ready) = channel::<()>();
        for _ in 0..args.units / STEPS {
            let (ready, end) = (ready.clone(), Arc::clone(&end));
            units.push(thread::spawn(move || {
                drop(ready);
                end.wait();
            }));
        }
        drop(ready);
        let _ = all_ready.recv();
        points.push((units.len() as f64, held(Units::Threads)));
    }
    let wall = since.elapsed();
    end.wait();
    let answer = units.len() as u64;
    units.into_iter().for_each(|unit| unit.join().unwrap());
    Outcome::new(wall, answer, answer).with("bytes_per_unit", slope(&points))
}
