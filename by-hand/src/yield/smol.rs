//! `yield` on smol, in the shape of `yield_now` in smol-rs/async-executor, benches/executor.rs (300 tasks there).

use std::time::Instant;

use by_hand::{Args, EX, Outcome, on_smol, settle};
use smol::future;

fn main() {
    on_smol(|args| args, yield_many);
}

async fn yield_many(args: Args) -> Outcome {
    let yields = args.number("yields");
    settle();
    let start = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..args.units {
        tasks.push(EX.spawn(async move {
            for _ in 0..yields {
                future::yield_now().await;
            }
        }));
    }
    for task in tasks {
        task.await;
    }
    let all = args.units as u64 * yields;
    Outcome::new(start.elapsed(), all, all)
}
