//! `spawn` on smol, by hand.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, mixed, settle};
use smol::Executor;
use smol::channel::bounded;

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(100), ..args });
    run(args).print();
}

fn run(args: Args) -> Outcome {
    let executor = Arc::new(Executor::new());
    let (_running, stopped) = bounded::<()>(1);
    for _ in 0..args.workers {
        let (executor, stopped) = (Arc::clone(&executor), stopped.clone());
        thread::spawn(move || smol::block_on(executor.run(stopped.recv())));
    }
    smol::block_on(executor.spawn(work(args, Arc::clone(&executor))))
}

async fn work(args: Args, executor: Arc<Executor<'static>>) -> Outcome {
    let mut units = Vec::with_capacity(args.units);
    settle();
    let since = Instant::now();
    for unit in 0..args.units {
        units.push(executor.spawn(async move { mixed(args.seed.wrapping_add(unit as u64)) }));
    }
    let mut answer = 0_u64;
    for unit in units {
        answer = answer.wrapping_add(unit.await);
    }
    Outcome::new(since.elapsed(), args.units as u64, answer)
}
