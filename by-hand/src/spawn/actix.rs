//! `spawn` on Actix, by hand: an actor per unit, over a few arbiters. An actor's end is when it is dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use actix::prelude::*;
use by_hand::{Args, Outcome, mixed, on_actix, settle};
use tokio::sync::mpsc;

struct OneShot {
    number: u64,
    sum: Arc<AtomicU64>,
    /// Nobody sends: the channel closes when the last actor has been dropped.
    _alive: mpsc::Sender<()>,
}

impl Actor for OneShot {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        self.sum.fetch_add(mixed(self.number), Ordering::Relaxed);
        ctx.stop();
    }
}

fn main() {
    on_actix(|args| args, start_all);
}

async fn start_all(args: Args, arbiters: &[Arbiter]) -> Outcome {
    let sum = Arc::new(AtomicU64::new(0));
    let (alive, mut all_gone) = mpsc::channel::<()>(1);
    settle();
    let start = Instant::now();
    for (unit, arbiter) in (0..args.units as u64).zip(arbiters.iter().cycle()) {
        let actor = OneShot { number: args.seed.wrapping_add(unit), sum: sum.clone(), _alive: alive.clone() };
        OneShot::start_in_arbiter(&arbiter.handle(), |_| actor);
    }
    drop(alive);
    all_gone.recv().await;
    Outcome::new(start.elapsed(), args.units as u64, sum.load(Ordering::Relaxed))
}
