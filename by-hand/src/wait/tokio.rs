//! `wait` on Tokio, by hand: how late each wakes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use by_hand::{Args, Outcome, median, on_tokio, settle};
use tokio::sync::Barrier;
use tokio::time::sleep;

fn main() {
    on_tokio(|args| Args { units: args.units.min(16), rounds: 1, ..args }, sleep_all);
}

async fn sleep_all(args: Args) -> Outcome {
    let wait = Duration::from_millis(args.number("wait_ms"));
    let barrier = Arc::new(Barrier::new(args.units + 1));
    let mut sleepers = Vec::new();
    for _ in 0..args.units {
        let barrier = barrier.clone();
        sleepers.push(tokio::spawn(async move {
            barrier.wait().await;
            let mut late = Vec::new();
            for _ in 0..args.rounds {
                let asked = Instant::now();
                sleep(wait).await;
                late.push(asked.elapsed() - wait);
            }
            late
        }));
    }
    tokio::task::yield_now().await;
    settle();
    let start = Instant::now();
    barrier.wait().await;
    let mut late = Vec::new();
    for sleeper in sleepers {
        late.extend(sleeper.await.unwrap());
    }
    let waits = late.len() as u64;
    Outcome::new(start.elapsed(), waits, waits).with("oversleep_p50_ns", median(late))
}
