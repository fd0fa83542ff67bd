//! `spawn` on Actix, by hand: an actor per unit, over a few arbiters. An actor's end is when it is dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use actix::prelude::*;
use by_hand::{Args, Outcome, mixed, on_actix, settle};
use tokio::sync::oneshot;

/// Dropped with the last actor that has it.
struct Sum {
    total: AtomicU64,
    all_gone: Option<oneshot::Sender<u64>>,
}

impl Drop for Sum {
    fn drop(&mut self) {
        self.all_gone.take().unwrap().send(*self.total.get_mut()).unwrap();
    }
}

struct OneShot {
    number: u64,
    sum: Arc<Sum>,
}

impl Actor for OneShot {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        self.sum.total.fetch_add(mixed(self.number), Ordering::Relaxed);
        ctx.stop();
    }
}

fn main() {
    on_actix(|args| args, start_all);
}

async fn start_all(args: Args, arbiters: &[Arbiter]) -> Outcome {
    let arbiters: Vec<_> = arbiters.iter().map(Arbiter::handle).collect();
    let (all_gone, total) = oneshot::channel();
    let sum = Arc::new(Sum { total: AtomicU64::new(0), all_gone: Some(all_gone) });
    settle();
    let start = Instant::now();
    for (unit, arbiter) in (0..args.units as u64).zip(arbiters.iter().cycle()) {
        let actor = OneShot { number: args.seed.wrapping_add(unit), sum: sum.clone() };
        OneShot::start_in_arbiter(arbiter, |_| actor);
    }
    drop(sum);
    let total = total.await.unwrap();
    Outcome::new(start.elapsed(), args.units as u64, total)
}
