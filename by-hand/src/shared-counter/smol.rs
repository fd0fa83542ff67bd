//! `shared-counter` on smol, by hand.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use by_hand::{Args, EX, Outcome, on_smol, settle};
use smol::channel::bounded;
use smol::future::yield_now;

fn main() {
    on_smol(|args| args, count);
}

async fn count(args: Args) -> Outcome {
    let (how, increments) = (args.word("how"), args.number("increments"));
    let (locked, atomic) = (Arc::new(Mutex::new(0_u64)), Arc::new(AtomicU64::new(0)));
    // Nobody sends: all are let go when it is closed.
    let (hold, held) = bounded::<()>(1);
    let mut tasks = Vec::new();
    for _ in 0..args.units {
        let (locked, atomic, held) = (locked.clone(), atomic.clone(), held.clone());
        tasks.push(EX.spawn(async move {
            held.recv().await.unwrap_err();
            // Gives way now and then, as the workload asks for.
            for batch in (0..increments).step_by(500) {
                for _ in batch..(batch + 500).min(increments) {
                    if how == "lock" {
                        *locked.lock().unwrap() += 1;
                    } else {
                        atomic.fetch_add(1, Ordering::Relaxed);
                    }
                }
                yield_now().await;
            }
        }));
    }
    yield_now().await;
    settle();
    let start = Instant::now();
    drop(hold);
    for task in tasks {
        task.await;
    }
    let wall = start.elapsed();
    let sum = *locked.lock().unwrap() + atomic.load(Ordering::Relaxed);
    Outcome::new(wall, args.units as u64 * increments, sum)
}
