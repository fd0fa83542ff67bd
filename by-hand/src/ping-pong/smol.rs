//! `ping-pong` on smol, by hand: two tasks per pair.

use std::time::Instant;

use by_hand::{Args, EX, Outcome, on_smol, settle};
use smol::channel::bounded;

fn main() {
    on_smol(|args| Args { rounds: args.rounds.min(200), ..args }, work);
}

async fn work(args: Args) -> Outcome {
    let pairs = args.units / 2;
    // Nobody sends in either: the one closes when every unit has dropped its end, the other to let them go.
    let (ready, all_ready) = bounded::<()>(1);
    let (start, started) = bounded::<()>(1);
    let mut pings = Vec::with_capacity(pairs);
    let mut pongs = Vec::with_capacity(pairs);
    for _ in 0..pairs {
        let (to_pong, from_ping) = bounded::<u64>(1);
        let (to_ping, from_pong) = bounded::<u64>(1);
        pongs.push(EX.spawn(async move {
            while let Ok(number) = from_ping.recv().await {
                if to_ping.send(number + 1).await.is_err() {
                    break;
                }
            }
        }));
        let (ready, started) = (ready.clone(), started.clone());
        pings.push(EX.spawn(async move {
            drop(ready);
            let _ = started.recv().await;
            let mut number = 0;
            for _ in 0..args.rounds {
                to_pong.send(number).await.unwrap();
                number = from_pong.recv().await.unwrap();
            }
            number
        }));
    }
    drop(ready);
    let _ = all_ready.recv().await;
    settle();

    let since = Instant::now();
    drop(start);
    let mut sum = 0;
    for ping in pings {
        sum += ping.await;
    }
    let wall = since.elapsed();
    for pong in pongs {
        pong.await;
    }
    Outcome::new(wall, pairs as u64 * args.rounds, sum)
}
