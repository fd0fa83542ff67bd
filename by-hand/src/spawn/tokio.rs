//! `spawn` on Tokio, by hand.

use std::time::Instant;

use by_hand::{Args, Outcome, mixed, settle};
use tokio::runtime::Builder;
use tokio::task::JoinSet;

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(100), ..args });
    run(args).print();
}

fn run(args: Args) -> Outcome {
    let mut builder = if args.current_thread { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    let runtime = builder.worker_threads(args.workers).enable_all().build().unwrap();
    runtime.block_on(async move { tokio::spawn(work(args)).await.unwrap() })
}

async fn work(args: Args) -> Outcome {
    let mut units = JoinSet::new();
    settle();
    let since = Instant::now();
    for unit in 0..args.units {
        units.spawn(async move { mixed(args.seed.wrapping_add(unit as u64)) });
    }
    let mut answer = 0_u64;
    while let Some(part) = units.join_next().await {
        answer = answer.wrapping_add(part.unwrap());
    }
    Outcome::new(since.elapsed(), args.units as u64, answer)
}
