//! `spawn` on Tokio, in the shape of `spawn_job` in tokio-rs/tokio, benches/spawn_concurrent.rs: a task spawns the others, with a
//! vector of their handles, and awaits these in order. (That of the current thread's benchmark, benches/rt_current_thread.rs,
//! `spawn_many_local`, is the same.)

use std::time::Instant;

use by_hand::{Args, Outcome, mixed, on_tokio, settle};

fn main() {
    on_tokio(|args| args, spawn_job);
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
