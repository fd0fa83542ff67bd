//! `shared-counter` on Actix, by hand: actors that ask another, which owns the number; or share it behind a mutex.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use actix::prelude::*;
use by_hand::{Args, Outcome, on_actix, settle};
use futures_util::future::join_all;
use tokio::task::yield_now;

#[derive(Default)]
struct Owner(u64);

impl Actor for Owner {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "u64")]
struct Add(u64);

impl Handler<Add> for Owner {
    type Result = u64;

    fn handle(&mut self, Add(number): Add, _: &mut Context<Self>) -> u64 {
        self.0 += number;
        self.0
    }
}

struct Unit {
    how: &'static str,
    increments: u64,
    owner: Addr<Owner>,
    locked: Arc<Mutex<u64>>,
    atomic: Arc<AtomicU64>,
}

impl Actor for Unit {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Count;

impl Handler<Count> for Unit {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, _: Count, _: &mut Context<Self>) -> Self::Result {
        let (how, increments, owner) = (self.how, self.increments, self.owner.clone());
        let (locked, atomic) = (self.locked.clone(), self.atomic.clone());
        Box::pin(async move {
            if how == "owner" {
                for _ in 0..increments {
                    owner.send(Add(1)).await.unwrap();
                }
                return;
            }
            // Gives way now and then, as the workload asks for.
            for batch in (0..increments).step_by(500) {
                for _ in batch..(batch + 500).min(increments) {
                    if how == "lock" {
                        *locked.lock().unwrap() += 1;
                    } else {
                        atomic.fetch_add(1, Ordering::Relaxed);
                    }
                }
                yield_now().await;
            }
        })
    }
}

fn main() {
    on_actix(|args| args, count);
}

async fn count(args: Args, arbiters: &[Arbiter]) -> Outcome {
    let (how, increments) = (args.word("how"), args.number("increments"));
    let (locked, atomic) = (Arc::new(Mutex::new(0)), Arc::new(AtomicU64::new(0)));
    let owner = Owner::start_in_arbiter(&arbiters[0].handle(), |_| Owner::default());
    let start = |arbiter: &Arbiter| {
        let unit = Unit { how, increments, owner: owner.clone(), locked: locked.clone(), atomic: atomic.clone() };
        Unit::start_in_arbiter(&arbiter.handle(), |_| unit)
    };
    let units: Vec<_> = arbiters.iter().cycle().take(args.units).map(start).collect();
    settle();
    let start = Instant::now();
    for done in join_all(units.iter().map(|unit| unit.send(Count))).await {
        done.unwrap();
    }
    let owned = owner.send(Add(0)).await.unwrap();
    let wall = start.elapsed();
    let sum = owned + *locked.lock().unwrap() + atomic.load(Ordering::Relaxed);
    Outcome::new(wall, args.units as u64 * increments, sum)
}
