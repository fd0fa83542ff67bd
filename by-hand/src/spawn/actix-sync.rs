//! `spawn` on a SyncArbiter, by hand: a message per unit.

use std::time::Instant;

use actix::prelude::*;
use by_hand::{Args, Outcome, mixed, settle};
use futures_util::stream::{StreamExt, iter};

struct Worker;

impl Actor for Worker {
    type Context = SyncContext<Self>;
}

#[derive(Message)]
#[rtype(result = "u64")]
struct Unit(u64);

impl Handler<Unit> for Worker {
    type Result = u64;

    fn handle(&mut self, Unit(number): Unit, _: &mut SyncContext<Self>) -> u64 {
        mixed(number)
    }
}

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(100), ..args });
    run(args).print();
}

fn run(args: Args) -> Outcome {
    System::new().block_on(async {
        let workers = SyncArbiter::start(args.workers, || Worker);
        settle();
        let since = Instant::now();
        let units = (0..args.units).map(|unit| workers.send(Unit(args.seed.wrapping_add(unit as u64))));
        // More at once, and the time grows with the square of their number.
        let mut parts = iter(units).buffer_unordered(256);
        let mut answer = 0_u64;
        while let Some(part) = parts.next().await {
            answer = answer.wrapping_add(part.unwrap());
        }
        Outcome::new(since.elapsed(), args.units as u64, answer)
    })
}
