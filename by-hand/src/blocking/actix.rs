//! `blocking` on Actix, by hand, where handlers block: the longest time without a beat of an actor on the first arbiter.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use actix::clock::{sleep, sleep_until};
use actix::prelude::*;
use by_hand::{Args, Outcome, on_actix, settle};
use futures_util::future::join_all;

struct Heart {
    over: Arc<AtomicBool>,
}

impl Actor for Heart {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "f64")]
struct Beat {
    since: Instant,
}

impl Handler<Beat> for Heart {
    type Result = ResponseFuture<f64>;

    fn handle(&mut self, Beat { since }: Beat, _: &mut Context<Self>) -> Self::Result {
        let over = self.over.clone();
        let mut heart = by_hand::Heart::since(since);
        Box::pin(async move {
            while !over.load(Ordering::Relaxed) {
                sleep_until(heart.next.into()).await;
                heart.beat();
            }
            heart.longest.as_nanos() as f64
        })
    }
}

struct Blocker;

impl Actor for Blocker {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Block {
    rounds: u64,
    block: Duration,
}

impl Handler<Block> for Blocker {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, Block { rounds, block }: Block, _: &mut Context<Self>) -> Self::Result {
        Box::pin(async move {
            for _ in 0..rounds {
                thread::sleep(block);
                sleep(Duration::from_millis(1)).await;
            }
        })
    }
}

fn main() {
    on_actix(|args| Args { rounds: 1, ..args }, block_all);
}

async fn block_all(args: Args, arbiters: &[Arbiter]) -> Outcome {
    let block = Duration::from_millis(args.number("block_ms"));
    let over = Arc::new(AtomicBool::new(false));
    let beating = over.clone();
    let heart = Heart::start_in_arbiter(&arbiters[0].handle(), |_| Heart { over: beating });
    let arbiters = arbiters.iter().cycle().take(args.units);
    let blockers: Vec<_> = arbiters.map(|arbiter| Blocker::start_in_arbiter(&arbiter.handle(), |_| Blocker)).collect();
    settle();
    let start = Instant::now();
    let longest = heart.send(Beat { since: start });
    for blocked in join_all(blockers.iter().map(|blocker| blocker.send(Block { rounds: args.rounds, block }))).await {
        blocked.unwrap();
    }
    let wall = start.elapsed();
    over.store(true, Ordering::Relaxed);
    let calls = args.units as u64 * args.rounds;
    Outcome::new(wall, calls, calls).with("longest_gap_ns", longest.await.unwrap())
}
