//! `ping-pong` on threads, in the shape of `ping_pong_sync(1)` in crossbeam-rs/crossbeam, crossbeam-channel/benchmarks/mpsc.rs (std's
//! channels): two scoped threads, a channel each way. Here there are several pairs.

use std::sync::Barrier;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, on_threads, settle};

fn main() {
    on_threads(|args| Args { rounds: args.rounds.min(200), ..args }, ping_pong_sync);
}

fn ping_pong_sync(args: Args) -> Outcome {
    let pairs = args.units / 2;
    let barrier = Barrier::new(pairs + 1);
    thread::scope(|scope| {
        let mut pings = Vec::new();
        for _ in 0..pairs {
            let (txa, rxb) = sync_channel(1);
            let (txb, rxa) = sync_channel(1);
            let barrier = &barrier;
            pings.push(scope.spawn(move || {
                barrier.wait();
                let mut val = 0_u64;
                for _ in 0..args.rounds {
                    txa.send(val).unwrap();
                    val = rxa.recv().unwrap();
                }
                val
            }));
            scope.spawn(move || {
                for _ in 0..args.rounds {
                    let val = rxb.recv().unwrap();
                    txb.send(val + 1).unwrap();
                }
            });
        }
        settle();
        let start = Instant::now();
        barrier.wait();
        let sum = pings.into_iter().map(|ping| ping.join().unwrap()).sum();
        Outcome::new(start.elapsed(), pairs as u64 * args.rounds, sum)
    })
}
