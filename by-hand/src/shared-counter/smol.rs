//! `shared-counter` on smol, by hand, with std's mutex.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, settle};
use smol::Executor;
use smol::channel::bounded;

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(8), increments: 100, ..args });
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
    let counter = Arc::new(Mutex::new(0_u64));
    // Nobody sends in either: the one closes when every unit has dropped its end, the other to let them go.
    let (ready, all_ready) = bounded::<()>(1);
    let (start, started) = bounded::<()>(1);
    let mut units = Vec::with_capacity(args.units);
    for _ in 0..args.units {
        let (counter, ready, started) = (Arc::clone(&counter), ready.clone(), started.clone());
        units.push(executor.spawn(async move {
            drop(ready);
            let _ = started.recv().await;
            for _ in 0..args.increments {
                *counter.lock().unwrap() += 1;
            }
        }));
    }
    drop(ready);
    let _ = all_ready.recv().await;
    settle();

    let since = Instant::now();
    drop(start);
    for unit in units {
        unit.await;
    }
    let sum = *counter.lock().unwrap();
    Outcome::new(since.elapsed(), args.units as u64 * args.increments, sum)
}
