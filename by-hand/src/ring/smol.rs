//! `ring` on smol, by hand.

use std::thread;
use std::time::Instant;

use by_hand::{Args, Outcome, settle};
use smol::{Executor, channel, future};

static EX: Executor<'_> = Executor::new();

fn main() {
    let args = Args::read();
    for _ in 0..args.workers {
        thread::spawn(|| future::block_on(EX.run(future::pending::<()>())));
    }
    let outcome = |rounds| future::block_on(EX.spawn(go_round(args.units, rounds)));
    outcome(args.rounds.min(20));
    outcome(args.rounds).print();
}

async fn go_round(units: usize, rounds: u64) -> Outcome {
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
