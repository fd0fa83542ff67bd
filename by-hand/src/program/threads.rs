//! `program` on threads, by hand: compute, wait, send, lock, yield, read, block, again and again.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Barrier, Mutex};
use std::time::{Duration, Instant};
use std::{fs, thread};

use by_hand::{Args, Outcome, compute, file, mixed, on_threads, settle};

fn main() {
    on_threads(|args| Args { rounds: 1, ..args }, run_all);
}

type Asked = (u64, SyncSender<u64>);

fn program(args: Args, unit: u64, path: &str, counter: &Mutex<u64>, collector: &SyncSender<Asked>) -> u64 {
    let mut sum = 0_u64;
    for _ in 0..args.rounds {
        sum = sum.wrapping_add(compute(args.seed));
        thread::sleep(Duration::from_millis(1));
        let (answer, answered) = sync_channel(1);
        collector.send((unit, answer)).unwrap();
        sum = sum.wrapping_add(answered.recv().unwrap());
        *counter.lock().unwrap() += 1;
        thread::yield_now();
        sum = sum.wrapping_add(file::sum(&fs::read(path).unwrap()));
        thread::sleep(Duration::from_millis(1));
        // The wait, the yield and the block.
        sum = sum.wrapping_add(3);
    }
    sum
}

fn run_all(args: Args) -> Outcome {
    let (path, counter, barrier) = (file::numbers(), Mutex::new(0), Barrier::new(args.units + 1));
    let (collector, asked) = sync_channel::<Asked>(64);
    let (wall, sum) = thread::scope(|scope| {
        scope.spawn(move || asked.iter().for_each(|(number, answer)| answer.send(mixed(number)).unwrap()));
        let mut units = Vec::new();
        for unit in 0..args.units as u64 {
            let (path, counter, barrier, collector) = (&path, &counter, &barrier, collector.clone());
            units.push(scope.spawn(move || {
                barrier.wait();
                program(args, unit, path, counter, &collector)
            }));
        }
        drop(collector);
        settle();
        let start = Instant::now();
        barrier.wait();
        let sum = units.into_iter().map(|unit| unit.join().unwrap()).fold(0, u64::wrapping_add);
        (start.elapsed(), sum)
    });
    Outcome::new(wall, args.units as u64 * args.rounds * 7, sum.wrapping_add(counter.into_inner().unwrap()))
}
