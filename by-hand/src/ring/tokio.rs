//! `ring` on Tokio, by hand.

use std::mem::replace;
use std::sync::Arc;
use std::time::Instant;

use by_hand::{Args, Outcome, settle};
use tokio::runtime::Builder;
use tokio::sync::Notify;
use tokio::sync::mpsc::channel;
use tokio::task::JoinSet;

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(16), rounds: args.rounds.min(50), ..args });
    run(args).print();
}

fn run(args: Args) -> Outcome {
    let mut builder = if args.current_thread { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    let runtime = builder.worker_threads(args.workers).enable_all().build().unwrap();
    runtime.block_on(async move { tokio::spawn(work(args)).await.unwrap() })
}

async fn work(args: Args) -> Outcome {
    let hops = args.units as u64 * args.rounds;
    let start = Arc::new(Notify::new());
    // Nobody sends: it closes when every unit has dropped its end.
    let (ready, mut all_ready) = channel::<()>(1);
    let (done, mut finished) = channel::<u64>(1);
    let (first, mut incoming) = channel::<u64>(1);
    let mut units = JoinSet::new();
    for unit in 0..args.units {
        let (mut next, after) = channel::<u64>(1);
        if unit == args.units - 1 {
            next = first.clone();
        }
        let mut from_last = replace(&mut incoming, after);
        let (start, ready, done) = (Arc::clone(&start), ready.clone(), done.clone());
        units.spawn(async move {
            let started = start.notified();
            drop(ready);
            started.await;
            while let Some(token) = from_last.recv().await {
                let token = token + 1;
                if token == hops {
                    done.send(token).await.unwrap();
                    return;
                }
                if next.send(token).await.is_err() {
                    return;
                }
            }
        });
    }
    drop(ready);
    all_ready.recv().await;
    settle();

    let since = Instant::now();
    start.notify_waiters();
    first.send(0).await.unwrap();
    drop(first);
    let answer = finished.recv().await.unwrap();
    let wall = since.elapsed();
    units.join_all().await;
    Outcome::new(wall, hops, answer)
}
