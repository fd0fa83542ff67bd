//! `spawn` on Actix, by hand: an actor per unit, over a few arbiters.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use actix::prelude::*;
use by_hand::{Args, Outcome, mixed, settle};
use tokio::sync::mpsc;

struct Unit {
    number: u64,
    sum: Arc<AtomicU64>,
    /// Dropped with the actor: the channel closes when the last one has ended.
    alive: Option<mpsc::Sender<()>>,
}

impl Actor for Unit {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        self.sum.fetch_add(mixed(self.number), Ordering::Relaxed);
        self.alive = None;
        ctx.stop();
    }
}

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(100), ..args });
    run(args).print();
}

fn run(args: Args) -> Outcome {
    System::new().block_on(async {
        let arbiters: Vec<Arbiter> = (0..args.workers).map(|_| Arbiter::new()).collect();
        let sum = Arc::new(AtomicU64::new(0));
        let (alive, mut all_gone) = mpsc::channel::<()>(1);
        settle();
        let since = Instant::now();
        for unit in 0..args.units {
            let (sum, alive) = (Arc::clone(&sum), Some(alive.clone()));
            let number = args.seed.wrapping_add(unit as u64);
            Unit::start_in_arbiter(&arbiters[unit % args.workers].handle(), move |_| Unit { number, sum, alive });
        }
        drop(alive);
        all_gone.recv().await;
        let outcome = Outcome::new(since.elapsed(), args.units as u64, sum.load(Ordering::Relaxed));
        arbiters.iter().for_each(|arbiter| {
            arbiter.stop();
        });
        outcome
    })
}
