//! `ping-pong` on Tokio, by hand: two tasks per pair.

use std::sync::Arc;
use std::time::Instant;

use by_hand::{Args, Outcome, settle};
use tokio::runtime::Builder;
use tokio::sync::Notify;
use tokio::sync::mpsc::channel;
use tokio::task::JoinSet;

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(8), rounds: args.rounds.min(200), ..args });
    run(args).print();
}

fn run(args: Args) -> Outcome {
    let mut builder = if args.current_thread { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    let runtime = builder.worker_threads(args.workers).enable_all().build().unwrap();
    runtime.block_on(async move { tokio::spawn(work(args)).await.unwrap() })
}

async fn work(args: Args) -> Outcome {
    let pairs = args.units / 2;
    let start = Arc::new(Notify::new());
    // Nobody sends: it closes when every unit has dropped its end.
    let (ready, mut all_ready) = channel::<()>(1);
    let mut pings = JoinSet::new();
    let mut pongs = JoinSet::new();
    for _ in 0..pairs {
        let (to_pong, mut from_ping) = channel::<u64>(1);
        let (to_ping, mut from_pong) = channel::<u64>(1);
        pongs.spawn(async move {
            while let Some(number) = from_ping.recv().await {
                if to_ping.send(number + 1).await.is_err() {
                    break;
                }
            }
        });
        let (start, ready) = (Arc::clone(&start), ready.clone());
        pings.spawn(async move {
            let started = start.notified();
            drop(ready);
            started.await;
            let mut number = 0;
            for _ in 0..args.rounds {
                to_pong.send(number).await.unwrap();
                number = from_pong.recv().await.unwrap();
            }
            number
        });
    }
    drop(ready);
    all_ready.recv().await;
    settle();

    let since = Instant::now();
    start.notify_waiters();
    let mut sum = 0;
    while let Some(ping) = pings.join_next().await {
        sum += ping.unwrap();
    }
    let wall = since.elapsed();
    pongs.join_all().await;
    Outcome::new(wall, pairs as u64 * args.rounds, sum)
}
