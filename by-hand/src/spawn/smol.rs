//! `spawn` on smol, in the shape of `spawn_many_local` in smol-rs/async-executor, benches/executor.rs: a vector of tasks, awaited in
//! order; threads that run the executor. There the thread of `block_on` spawns; here a task does, as in the harness.

use std::time::Instant;

use by_hand::{Args, EX, Outcome, mixed, on_smol, settle};

fn main() {
    on_smol(|args| args, spawn_many);
}

async fn spawn_many(args: Args) -> Outcome {
    settle();
    let start = Instant::now();
    let mut tasks = Vec::new();
    for number in 0..args.units as u64 {
        tasks.push(EX.spawn(async move { mixed(args.seed.wrapping_add(number)) }));
    }
    let mut sum = 0_u64;
    for task in tasks {
        sum = sum.wrapping_add(task.await);
    }
    Outcome::new(start.elapsed(), args.units as u64, sum)
}
