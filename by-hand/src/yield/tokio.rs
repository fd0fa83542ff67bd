//! `yield` on Tokio, in the shape of `yield_many` in tokio-rs/tokio, benches/rt_multi_threaded.rs (200 tasks there). A task spawns
//! and joins them, as in the harness.

use std::time::Instant;

use by_hand::{Args, Outcome, on_tokio, settle};

fn main() {
    on_tokio(|args| args, yield_many);
}

async fn yield_many(args: Args) -> Outcome {
    let yields = args.number("yields");
    settle();
    let start = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..args.units {
        tasks.push(tokio::spawn(async move {
            for _ in 0..yields {
                tokio::task::yield_now().await;
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let all = args.units as u64 * yields;
    Outcome::new(start.elapsed(), all, all)
}
