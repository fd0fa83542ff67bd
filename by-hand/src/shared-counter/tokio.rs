//! `shared-counter` on Tokio, by hand, with std's mutex.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use by_hand::{Args, Outcome, settle};
use tokio::runtime::Builder;
use tokio::sync::Notify;
use tokio::sync::mpsc::channel;
use tokio::task::JoinSet;

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(8), increments: 100, ..args });
    run(args).print();
}

fn run(args: Args) -> Outcome {
    let mut builder = if args.current_thread { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    let runtime = builder.worker_threads(args.workers).enable_all().build().unwrap();
    runtime.block_on(async move { tokio::spawn(work(args)).await.unwrap() })
}

async fn work(args: Args) -> Outcome {
    let counter = Arc::new(Mutex::new(0_u64));
    let start = Arc::new(Notify::new());
    // Nobody sends: it closes when every unit has dropped its end.
    let (ready, mut all_ready) = channel::<()>(1);
    let mut units = JoinSet::new();
    for _ in 0..args.units {
        let (counter, start, ready) = (Arc::clone(&counter), Arc::clone(&start), ready.clone());
        units.spawn(async move {
            let started = start.notified();
            drop(ready);
            started.await;
            for _ in 0..args.increments {
                *counter.lock().unwrap() += 1;
            }
        });
    }
    drop(ready);
    all_ready.recv().await;
    settle();

    let since = Instant::now();
    start.notify_waiters();
    while let Some(unit) = units.join_next().await {
        unit.unwrap();
    }
    let sum = *counter.lock().unwrap();
    Outcome::new(since.elapsed(), args.units as u64 * args.increments, sum)
}
