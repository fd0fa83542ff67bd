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
struct Mix(u64);

impl Handler<Mix> for Worker {
    type Result = u64;

    fn handle(&mut self, Mix(number): Mix, _: &mut SyncContext<Self>) -> u64 {
        mixed(number)
    }
}

fn main() {
    let args = Args::read();
    System::new().block_on(async {
        let workers = SyncArbiter::start(args.workers, || Worker);
        send_all(args, &workers).await;
        send_all(args, &workers).await.print();
    });
}

async fn send_all(args: Args, workers: &Addr<Worker>) -> Outcome {
    settle();
    let start = Instant::now();
    // More at once, and the time grows with the square of their number.
    let sum = iter((0..args.units as u64).map(|number| workers.send(Mix(args.seed.wrapping_add(number)))))
        .buffer_unordered(256)
        .fold(0_u64, async |sum, part| sum.wrapping_add(part.unwrap()))
        .await;
    Outcome::new(start.elapsed(), args.units as u64, sum)
}
