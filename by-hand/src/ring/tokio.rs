//! `ring` on Tokio, by hand.

use std::time::Instant;

use by_hand::{Args, Outcome, settle};
use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};

fn main() {
    let args = Args::read();
    let mut builder = if args.current_thread { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    let runtime = builder.worker_threads(args.workers).enable_all().build().unwrap();
    let outcome = |rounds| runtime.block_on(async move { tokio::spawn(go_round(args.units, rounds)).await.unwrap() });
    outcome(args.rounds.min(20));
    outcome(args.rounds).print();
}

async fn go_round(units: usize, rounds: u64) -> Outcome {
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
