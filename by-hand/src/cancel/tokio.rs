//! `cancel` on Tokio, by hand: tasks are aborted. How long after that the last has been dropped.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use by_hand::{Args, Outcome, mixed_times, on_tokio};
use tokio::sync::mpsc;
use tokio::task::yield_now;

fn main() {
    on_tokio(|args| args, cancel);
}

/// Tells when it is dropped.
struct Dropped(mpsc::UnboundedSender<Instant>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.send(Instant::now()).unwrap();
    }
}

async fn cancel(args: Args) -> Outcome {
    let (piece, after) = (args.number("piece"), Duration::from_millis(args.number("after_ms")));
    let (begun, mut all_begun) = mpsc::channel::<()>(1);
    let (dropped, mut ends) = mpsc::unbounded_channel();
    let mut tasks = Vec::new();
    for unit in 0..args.units as u64 {
        let (dropped, begun) = (Dropped(dropped.clone()), begun.clone());
        tasks.push(tokio::spawn(async move {
            let _dropped = dropped;
            let mut state = black_box(mixed_times(unit, piece));
            // Nobody sends: the channel closes when all have done their first piece.
            drop(begun);
            loop {
                yield_now().await;
                state = black_box(mixed_times(state, piece));
            }
        }));
    }
    drop((begun, dropped));
    all_begun.recv().await;
    let start = Instant::now();
    // From a thread: this task would have to wait for its turn.
    let teller = thread::spawn(move || {
        thread::sleep(after);
        let telling = Instant::now();
        tasks.iter().for_each(tokio::task::JoinHandle::abort);
        telling
    });
    let mut last = start;
    while let Some(end) = ends.recv().await {
        last = last.max(end);
    }
    let stopped = last - teller.join().unwrap();
    let units = args.units as u64;
    Outcome::new(start.elapsed(), units, units).with("stopped_last_ns", stopped.as_nanos() as f64)
}
