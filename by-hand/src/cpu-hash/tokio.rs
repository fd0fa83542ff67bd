//! `cpu-hash` on Tokio, by hand: a task gives way between two chains.

use std::sync::Arc;
use std::time::Instant;

use by_hand::{Args, Outcome, chain, first_hash, on_tokio, part, settle};
use tokio::sync::Notify;
use tokio::sync::mpsc::channel;
use tokio::task::{JoinSet, yield_now};

fn main() {
    on_tokio(|args| Args { rounds: 1, ..args }, work);
}

async fn work(args: Args) -> Outcome {
    let hashes = args.number("hashes");
    let start = Arc::new(Notify::new());
    // Nobody sends: it closes when every unit has dropped its end.
    let (ready, mut all_ready) = channel::<()>(1);
    let mut units = JoinSet::new();
    for unit in 0..args.units {
        let (start, ready) = (Arc::clone(&start), ready.clone());
        units.spawn(async move {
            let mut hash = first_hash(args.seed, unit);
            let started = start.notified();
            drop(ready);
            started.await;
            for _ in 0..args.rounds {
                hash = chain(hash, hashes);
                yield_now().await;
            }
            part(&hash)
        });
    }
    drop(ready);
    all_ready.recv().await;
    settle();

    let since = Instant::now();
    start.notify_waiters();
    let mut answer = 0_u64;
    while let Some(part) = units.join_next().await {
        answer = answer.wrapping_add(part.unwrap());
    }
    Outcome::new(since.elapsed(), args.units as u64 * args.rounds, answer)
}
