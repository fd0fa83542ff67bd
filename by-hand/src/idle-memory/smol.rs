//! `idle-memory` of smol's tasks, by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use by_hand::memory::{STEPS, Units, held, slope};
use by_hand::{Args, EX, Outcome, on_smol};
use smol::channel::bounded;
use smol::future::yield_now;

fn main() {
    on_smol(|args| Args { units: STEPS, ..args }, work);
}

async fn work(args: Args) -> Outcome {
    let parked = Arc::new(AtomicUsize::new(0));
    // Nobody sends: it is closed at the end.
    let (end, ended) = bounded::<()>(1);
    let mut units = Vec::with_capacity(args.units);
    let mut points = Vec::with_capacity(STEPS);
    let since = Instant::now();
    for _ in 0..STEPS {
        for _ in 0..args.units / STEPS {
            let (parked, ended) = (Arc::clone(&parked), ended.clone());
            units.push(EX.spawn(async move {
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
