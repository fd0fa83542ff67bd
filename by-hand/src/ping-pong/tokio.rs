//! `ping-pong` on Tokio, by hand, in the shape of `ping_pong_sync(1)` in crossbeam-rs/crossbeam, crossbeam-channel/benchmarks/mpsc.rs,
//! with Tokio's channels. (`ping_pong` in tokio-rs/tokio, benches/rt_multi_threaded.rs, makes two tasks and two channels for each
//! round trip: that is not this workload.)

use std::sync::Arc;
use std::time::Instant;

use by_hand::{Args, Outcome, on_tokio, settle};
use tokio::sync::{Barrier, mpsc};

fn main() {
    on_tokio(|args| Args { rounds: args.rounds.min(200), ..args }, ping_pong);
}

async fn ping_pong(args: Args) -> Outcome {
    let pairs = args.units / 2;
    let barrier = Arc::new(Barrier::new(pairs + 1));
    let mut pings = Vec::new();
    for _ in 0..pairs {
        let (txa, mut rxb) = mpsc::channel(1);
        let (txb, mut rxa) = mpsc::channel(1);
        tokio::spawn(async move {
            for _ in 0..args.rounds {
                let val: u64 = rxb.recv().await.unwrap();
                txb.send(val + 1).await.unwrap();
            }
        });
        let barrier = Arc::clone(&barrier);
        pings.push(tokio::spawn(async move {
            barrier.wait().await;
            let mut val = 0;
            for _ in 0..args.rounds {
                txa.send(val).await.unwrap();
                val = rxa.recv().await.unwrap();
            }
            val
        }));
    }
    tokio::task::yield_now().await;
    settle();
    let start = Instant::now();
    barrier.wait().await;
    let mut sum = 0;
    for ping in pings {
        sum += ping.await.unwrap();
    }
    Outcome::new(start.elapsed(), pairs as u64 * args.rounds, sum)
}
