//! `ring` on threads, by hand.

use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, on_threads, settle};

fn main() {
    on_threads(|args| Args { rounds: args.rounds.min(20), ..args }, go_round);
}

fn go_round(Args { units, rounds, .. }: Args) -> Outcome {
    let limit = units as u64 * rounds;
    let (mut senders, receivers): (Vec<_>, Vec<_>) = (0..units).map(|_| sync_channel::<u64>(1)).unzip();
    let (end, ended) = sync_channel(1);
    let first = senders[0].clone();
    senders.rotate_left(1);
    let threads: Vec<_> = senders
        .into_iter()
        .zip(receivers)
        .map(|(next, receiver)| {
            let end = end.clone();
            thread::spawn(move || {
                while let Ok(hops) = receiver.recv() {
                    if hops == limit {
                        end.send(hops).unwrap();
                        break;
                    }
                    // The one that has left no longer listens.
                    if next.send(hops + 1).is_err() {
                        break;
                    }
                }
            })
        })
        .collect();
    settle();
    let start = Instant::now();
    first.send(1).unwrap();
    let hops = ended.recv().unwrap();
    let wall = start.elapsed();
    drop(first);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    Outcome::new(wall, limit, hops)
}
