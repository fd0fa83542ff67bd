//! `ping-pong` on threads, by hand: two per pair.

use std::sync::mpsc::{channel, sync_channel};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, settle};

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(8), rounds: args.rounds.min(200), ..args });
    run(args).print();
}

fn run(args: Args) -> Outcome {
    let pairs = args.units / 2;
    let start = Arc::new(Barrier::new(pairs + 1));
    // Nobody sends: it closes when every unit has dropped its end.
    let (ready, all_ready) = channel::<()>();
    let mut pings = Vec::with_capacity(pairs);
    let mut pongs = Vec::with_capacity(pairs);
    for _ in 0..pairs {
        let (to_pong, from_ping) = sync_channel::<u64>(1);
        let (to_ping, from_pong) = sync_channel::<u64>(1);
        pongs.push(thread::spawn(move || {
            for number in from_ping {
                if to_ping.send(number + 1).is_err() {
                    break;
                }
            }
        }));
        let (start, ready) = (Arc::clone(&start), ready.clone());
        pings.push(thread::spawn(move || {
            drop(ready);
            start.wait();
            let mut number = 0;
            for _ in 0..args.rounds {
                to_pong.send(number).unwrap();
                number = from_pong.recv().unwrap();
            }
            number
        }));
    }
    drop(ready);
    let _ = all_ready.recv();
    settle();

    let since = Instant::now();
    start.wait();
    let sum = pings.into_iter().map(|ping| ping.join().unwrap()).sum();
    let wall = since.elapsed();
    pongs.into_iter().for_each(|pong| pong.join().unwrap());
    Outcome::new(wall, pairs as u64 * args.rounds, sum)
}
