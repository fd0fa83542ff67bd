//! `idle-memory` of Tokio's tasks, by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use by_hand::memory::{STEPS, Units, held, slope};
use by_hand::{Args, Outcome, on_tokio};
use tokio::sync::Notify;
use tokio::task::yield_now;

fn main() {
    on_tokio(|args| Args { units: STEPS, ..args }, work);
}

async fn work(args: Args) -> Outcome {
    let shared = Arc::new((AtomicUsize::new(0), Notify::new()));
    let mut units = Vec::with_capacity(args.units);
    let mut points = Vec::with_capacity(STEPS);
    let since = Instant::now();
    for _ in 0..STEPS {
        for _ in 0..args.units / STEPS {
            let shared = Arc::clone(&shared);
            units.push(tokio::spawn(async move {
                shared.0.fetch_add(1, Ordering::Relaxed);
                shared.1.notified().await;
            }));
        }
        while shared.0.load(Ordering::Relaxed) < units.len() {
            yield_now().await;
        }
        points.push((units.len() as f64, held(Units::Others)));
    }
    let wall = since.elapsed();
    shared.1.notify_waiters();
    let answer = units.len() as u64;
    for unit in units {
        unit.await.unwrap();
    }
    Outcome::new(wall, answer, answer).with("bytes_per_unit", slope(&points))
}
