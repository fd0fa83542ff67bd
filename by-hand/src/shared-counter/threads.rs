//! `shared-counter` on threads, by hand. The owner is a thread that is asked through std's channels.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, on_threads, settle};

static LOCKED: Mutex<u64> = Mutex::new(0);
static ATOMIC: AtomicU64 = AtomicU64::new(0);

fn main() {
    on_threads(|args| args, count);
}

/// A number to add, and where the sum is to go.
type Add = (u64, SyncSender<u64>);

fn count(args: Args) -> Outcome {
    let (how, increments) = (args.word("how"), args.number("increments"));
    let before = *LOCKED.lock().unwrap() + ATOMIC.load(Ordering::Relaxed);
    let (owner, asked) = sync_channel::<Add>(64);
    let owning = thread::spawn(move || {
        let mut sum = 0;
        for (number, answer) in asked {
            sum += number;
            answer.send(sum).unwrap();
        }
        sum
    });
    let barrier = Barrier::new(args.units + 1);
    let (wall, sum) = thread::scope(|scope| {
        let mut threads = Vec::new();
        for _ in 0..args.units {
            let (owner, barrier) = (owner.clone(), &barrier);
            threads.push(scope.spawn(move || {
                barrier.wait();
                match how {
                    "lock" => (0..increments).for_each(|_| *LOCKED.lock().unwrap() += 1),
                    "atomic" => (0..increments).for_each(|_| {
                        ATOMIC.fetch_add(1, Ordering::Relaxed);
                    }),
                    _ => (0..increments).for_each(|_| {
                        let (answer, sum) = sync_channel(1);
                        owner.send((1, answer)).unwrap();
                        sum.recv().unwrap();
                    }),
                }
            }));
        }
        settle();
        let start = Instant::now();
        barrier.wait();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        (start.elapsed(), *LOCKED.lock().unwrap() + ATOMIC.load(Ordering::Relaxed) - before)
    });
    drop(owner);
    Outcome::new(wall, args.units as u64 * increments, sum + owning.join().unwrap())
}
