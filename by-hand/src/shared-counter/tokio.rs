//! `shared-counter` on Tokio, by hand. The owner is a task, asked in the shape of `request_reply` in tokio-rs/tokio,
//! benches/sync_mpsc_oneshot.rs: a request carries the sending half of a oneshot; here, what is to be added besides.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use by_hand::{Args, Outcome, on_tokio, settle};
use tokio::sync::{Barrier, mpsc, oneshot};
use tokio::task::yield_now;

fn main() {
    on_tokio(|args| args, count);
}

async fn count(args: Args) -> Outcome {
    let (how, increments) = (args.word("how"), args.number("increments"));
    let (locked, atomic) = (Arc::new(Mutex::new(0_u64)), Arc::new(AtomicU64::new(0)));
    let (owner, mut requests) = mpsc::channel::<(u64, oneshot::Sender<u64>)>(64);
    let owning = tokio::spawn(async move {
        let mut sum = 0;
        while let Some((number, reply)) = requests.recv().await {
            sum += number;
            reply.send(sum).unwrap();
        }
        sum
    });
    let barrier = Arc::new(Barrier::new(args.units + 1));
    let mut tasks = Vec::new();
    for _ in 0..args.units {
        let (locked, atomic, owner, barrier) = (locked.clone(), atomic.clone(), owner.clone(), barrier.clone());
        tasks.push(tokio::spawn(async move {
            barrier.wait().await;
            if how == "owner" {
                for _ in 0..increments {
                    let (reply, sum) = oneshot::channel();
                    owner.send((1, reply)).await.unwrap();
                    sum.await.unwrap();
                }
                return;
            }
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
    barrier.wait().await;
    for task in tasks {
        task.await.unwrap();
    }
    let wall = start.elapsed();
    drop(owner);
    let owned = owning.await.unwrap();
    let sum = owned + *locked.lock().unwrap() + atomic.load(Ordering::Relaxed);
    Outcome::new(wall, args.units as u64 * increments, sum)
}
