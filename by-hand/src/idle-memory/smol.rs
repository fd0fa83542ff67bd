//! `idle-memory` of smol's tasks, by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use by_hand::memory::{STEPS, Units, held, slope};
use by_hand::{Args, Outcome};
use smol::Executor;
use smol::channel::bounded;
use smol::future::yield_now;

fn main() {
    let args = Args::read();
    run(Args { units: STEPS, ..args });
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
    let parked = Arc::new(AtomicUsize::new(0));
    // Nobody sends: it is closed at the end.
    let (end, ended) = bounded::<()>(1);
    let mut units = Vec::with_capacity(args.units);
    let mut points = Vec::with_capacity(STEPS);
    let since = Instant::now();
    for _ in 0..STEPS {
        for _ in 0..args.units / STEPS {
            let (parked, ended) = (Arc::clone(&parked), ended.clone());
            units.push(executor.spawn(async move {
                parked.fetch_add(1, Ordering::Relaxed);
                let _ = ended.recv().await;
            }));
        }
        while parked.load(Ordering::Relaxed) < units.len() {
            yield_now().await;
        }
        points.push((units.len() as f64, held(Units::Others)));
    }
    let wall = since.elapsed();
    drop(end);
    let answer = units.len() as u64;
    for unit in units {
        unit.await;
    }
    Outcome::new(wall, answer, answer).with("bytes_per_unit", slope(&points))
}
