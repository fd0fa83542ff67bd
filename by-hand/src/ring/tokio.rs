//! `ring` on Tokio, by hand.

use std::time::Instant;

use by_hand::{Args, Outcome, on_tokio, settle};
use tokio::sync::{mpsc, oneshot};

fn main() {
    on_tokio(|args| Args { rounds: args.rounds.min(20), ..args }, go_round);
}

async fn go_round(Args { units, rounds, .. }: Args) -> Outcome {
    let limit = units as u64 * rounds;
    let channels: Vec<_> = (0..units).map(|_| mpsc::channel(1)).collect();
    let (senders, receivers): (Vec<_>, Vec<_>) = channels.into_iter().unzip();
    let (end, ended) = oneshot::channel();
    let mut end = Some(end);
    let mut tasks = Vec::new();
    for (unit, mut receiver) in receivers.into_iter().enumerate() {
        let next = senders[(unit + 1) % units].clone();
        // The last hop arrives where the first set out, for it goes round completely.
        let mut end = if unit == units - 1 { end.take() } else { None };
        tasks.push(tokio::spawn(async move {
            while let Some(hops) = receiver.recv().await {
                if hops == limit {
                    end.take().unwrap().send(hops).unwrap();
                    break;
                }
                next.send(hops + 1).await.unwrap();
            }
        }));
    }
    // The tasks wait for their first message.
    tokio::task::yield_now().await;
    settle();
    let start = Instant::now();
    senders[0].send(1).await.unwrap();
    let hops: u64 = ended.await.unwrap();
    let wall = start.elapsed();
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    Outcome::new(wall, limit, hops)
}
