//! `ring` on smol, by hand.

use std::time::Instant;

use by_hand::{Args, EX, Outcome, on_smol, settle};
use smol::{channel, future};

fn main() {
    on_smol(|args| Args { rounds: args.rounds.min(20), ..args }, go_round);
}

async fn go_round(Args { units, rounds, .. }: Args) -> Outcome {
    let limit = units as u64 * rounds;
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..units).map(|_| channel::bounded(1)).unzip();
    let (end, ended) = channel::bounded(1);
    let mut tasks = Vec::new();
    for (unit, receiver) in receivers.into_iter().enumerate() {
        let (next, end) = (senders[(unit + 1) % units].clone(), end.clone());
        tasks.push(EX.spawn(async move {
            while let Ok(hops) = receiver.recv().await {
                let sent = if hops == limit { end.send(hops).await } else { next.send(hops + 1).await };
                sent.unwrap();
            }
        }));
    }
    // The tasks wait for their first message.
    future::yield_now().await;
    settle();
    let start = Instant::now();
    senders[0].send(1).await.unwrap();
    let hops = ended.recv().await.unwrap();
    Outcome::new(start.elapsed(), limit, hops)
}
