//! `pipeline` on Tokio, by hand.

use std::time::Instant;

use by_hand::{Args, Outcome, mixed_times, on_tokio, settle};
use tokio::sync::mpsc;

fn main() {
    on_tokio(|args| args, pipeline);
}

async fn pipeline(args: Args) -> Outcome {
    let (items, capacity, work) = (args.number("items"), args.number("capacity") as usize, args.number("work"));
    settle();
    let start = Instant::now();
    let (source, mut incoming) = mpsc::channel::<u64>(capacity);
    tokio::spawn(async move {
        for item in 0..items {
            source.send(item % 16).await.unwrap();
        }
    });
    for _ in 1..args.units {
        let (outgoing, next) = mpsc::channel(capacity);
        let mut queue = std::mem::replace(&mut incoming, next);
        tokio::spawn(async move {
            while let Some(value) = queue.recv().await {
                outgoing.send(mixed_times(value, work + 1)).await.unwrap();
            }
        });
    }
    let last = tokio::spawn(async move {
        let mut sum = 0_u64;
        while let Some(value) = incoming.recv().await {
            sum = sum.wrapping_add(mixed_times(value, work + 1));
        }
        sum
    });
    let sum = last.await.unwrap();
    Outcome::new(start.elapsed(), items, sum)
}
