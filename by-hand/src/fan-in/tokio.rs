//! `fan-in` on Tokio, in the shape of `contention_bounded_full` in tokio-rs/tokio, benches/sync_mpsc.rs (5 producers there).

use std::time::Instant;

use by_hand::{Args, Outcome, mixed, on_tokio, settle};
use tokio::sync::mpsc;

fn main() {
    on_tokio(|args| args, contention_bounded_full);
}

async fn contention_bounded_full(args: Args) -> Outcome {
    let messages = args.number("messages");
    let all = args.units as u64 * messages;
    settle();
    let start = Instant::now();
    let (tx, mut rx) = mpsc::channel::<u64>(args.number("capacity") as usize);
    for _ in 0..args.units {
        let tx = tx.clone();
        tokio::spawn(async move {
            for i in 0..messages {
                tx.send(i).await.unwrap();
            }
        });
    }
    let mut sum = 0_u64;
    for _ in 0..all {
        sum = sum.wrapping_add(mixed(rx.recv().await.unwrap()));
    }
    Outcome::new(start.elapsed(), all, sum)
}
