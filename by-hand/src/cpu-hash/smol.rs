//! `cpu-hash` on smol, by hand: a task gives way between two chains.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, chain, first_hash, number, settle};
use smol::Executor;
use smol::channel::bounded;
use smol::future::yield_now;

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(64), rounds: 1, ..args });
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
    // Nobody sends in either: the one closes when every unit has dropped its end, the other to let them go.
    let (ready, all_ready) = bounded::<()>(1);
    let (start, started) = bounded::<()>(1);
    let mut units = Vec::with_capacity(args.units);
    for unit in 0..args.units {
        let (ready, started) = (ready.clone(), started.clone());
        units.push(executor.spawn(async move {
            let mut hash = first_hash(args.seed, unit);
            drop(ready);
            let _ = started.recv().await;
            for _ in 0..args.rounds {
                hash = chain(hash, args.hashes);
                yield_now().await;
            }
            number(&hash)
        }));
    }
    drop(ready);
    let _ = all_ready.recv().await;
    settle();

    let since = Instant::now();
    drop(start);
    let mut answer = 0_u64;
    for unit in units {
        answer = answer.wrapping_add(unit.await);
    }
    Outcome::new(since.elapsed(), args.units as u64 * args.rounds, answer)
}
