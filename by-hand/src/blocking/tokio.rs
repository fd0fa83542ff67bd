//! `blocking` on Tokio, by hand: the longest time without a beat.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use by_hand::{Args, Heart, Outcome, on_tokio, settle};
use tokio::sync::Barrier;
use tokio::task::spawn_blocking;
use tokio::time::{sleep, sleep_until};

fn main() {
    on_tokio(|args| Args { rounds: 1, ..args }, block_all);
}

async fn block_all(args: Args) -> Outcome {
    let (block, aside) = (Duration::from_millis(args.number("block_ms")), args.word("how") == "mended");
    let (barrier, over) = (Arc::new(Barrier::new(args.units + 2)), Arc::new(AtomicBool::new(false)));
    let start = Arc::new(OnceLock::new());
    let heart = tokio::spawn({
        let (barrier, over, start) = (barrier.clone(), over.clone(), start.clone());
        async move {
            barrier.wait().await;
            let mut heart = Heart::since(*start.get().unwrap());
            while !over.load(Ordering::Relaxed) {
                sleep_until(heart.next.into()).await;
                heart.beat();
            }
            heart.longest
        }
    });
    let mut blockers = Vec::new();
    for _ in 0..args.units {
        let barrier = barrier.clone();
        blockers.push(tokio::spawn(async move {
            barrier.wait().await;
            for _ in 0..args.rounds {
                if aside {
                    spawn_blocking(move || thread::sleep(block)).await.unwrap();
                } else {
                    thread::sleep(block);
                }
                sleep(Duration::from_millis(1)).await;
            }
        }));
    }
    tokio::task::yield_now().await;
    settle();
    let began = *start.get_or_init(Instant::now);
    barrier.wait().await;
    for blocker in blockers {
        blocker.await.unwrap();
    }
    let wall = began.elapsed();
    over.store(true, Ordering::Relaxed);
    let calls = args.units as u64 * args.rounds;
    Outcome::new(wall, calls, calls).with("longest_gap_ns", heart.await.unwrap().as_nanos() as f64)
}
