//! `spawn` on smol, in the shape of `spawn_many_local` in smol-rs/async-executor, benches/executor.rs (a vector of tasks, awaited in
//! order; threads that run the executor). There the thread of `block_on` spawns; here a task does, as in the harness.

use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, mixed, settle};
use smol::{Executor, future};

static EX: Executor<'_> = Executor::new();

fn main() {
    let args = Args::read();
    for _ in 0..args.workers {
        thread::spawn(|| future::block_on(EX.run(future::pending::<()>())));
    }
    let outcome = || future::block_on(EX.spawn(spawn_many(args)));
    outcome();
    outcome().print();
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
