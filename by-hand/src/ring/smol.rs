//! `ring` on smol, by hand.

use std::mem::replace;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, settle};
use smol::Executor;
use smol::channel::bounded;

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(16), rounds: args.rounds.min(50), ..args });
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
    let hops = args.units as u64 * args.rounds;
    // Nobody sends in either: the one closes when every unit has dropped its end, the other to let them go.
    let (ready, all_ready) = bounded::<()>(1);
    let (start, started) = bounded::<()>(1);
    let (done, finished) = bounded::<u64>(1);
    let (first, mut incoming) = bounded::<u64>(1);
    let mut units = Vec::with_capacity(args.units);
    for unit in 0..args.units {
        let (mut next, after) = bounded::<u64>(1);
        if unit == args.units - 1 {
            next = first.clone();
        }
        let from_last = replace(&mut incoming, after);
        let (ready, started, done) = (ready.clone(), started.clone(), done.clone());
        units.push(executor.spawn(async move {
            drop(ready);
            let _ = started.recv().await;
            while let Ok(token) = from_last.recv().await {
                let token = token + 1;
                if token == hops {
                    done.send(token).await.unwrap();
                    return;
                }
                if next.send(token).await.is_err() {
                    return;
                }
            }
        }));
    }
    drop(ready);
    let _ = all_ready.recv().await;
    settle();

    let since = Instant::now();
    drop(start);
    first.send(0).await.unwrap();
    drop(first);
    let answer = finished.recv().await.unwrap();
    let wall = since.elapsed();
    for unit in units {
        unit.await;
    }
    Outcome::new(wall, hops, answer)
}
