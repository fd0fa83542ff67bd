//! `spawn` on Tokio, in the shape of `spawn_job` in tokio-rs/tokio, benches/spawn_concurrent.rs (a task spawns the others, with a
//! vector of their handles, and awaits these in order), and on the current thread of benches/rt_current_thread.rs,
//! `spawn_many_local` (the future of `block_on` does).

use std::time::Instant;

use by_hand::{Args, Outcome, mixed, settle};
use tokio::runtime::Builder;

fn main() {
    let args = Args::read();
    let mut builder = if args.current_thread { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    let runtime = builder.worker_threads(args.workers).enable_all().build().unwrap();
    let outcome = || {
        if args.current_thread {
            runtime.block_on(spawn_job(args))
        } else {
            runtime.block_on(async { tokio::spawn(spawn_job(args)).await.unwrap() })
        }
    };
    outcome();
    outcome().print();
}

async fn spawn_job(args: Args) -> Outcome {
    let mut handles = Vec::with_capacity(args.units);
    settle();
    let start = Instant::now();
    for number in 0..args.units as u64 {
        handles.push(tokio::spawn(async move { mixed(args.seed.wrapping_add(number)) }));
    }
    let mut sum = 0_u64;
    for handle in handles {
        sum = sum.wrapping_add(handle.await.unwrap());
    }
    Outcome::new(start.elapsed(), args.units as u64, sum)
}
