//! `fault` on Actix, by hand: an actor is asked for piece after piece; one whose answer does not come is started anew.

use std::time::Instant;

use actix::prelude::*;
use by_hand::fault::Pieces;
use by_hand::{Args, Outcome, on_actix, settle};
use tokio::sync::mpsc;

struct Worker {
    pieces: Pieces,
    sum: u64,
}

impl Actor for Worker {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "bool")]
struct Piece;

impl Handler<Piece> for Worker {
    type Result = bool;

    fn handle(&mut self, _: Piece, _: &mut Context<Self>) -> bool {
        let piece = self.pieces.next();
        self.sum = self.sum.wrapping_add(piece.unwrap_or_default());
        piece.is_some()
    }
}

#[derive(Message)]
#[rtype(result = "u64")]
struct Sum;

impl Handler<Sum> for Worker {
    type Result = u64;

    fn handle(&mut self, _: Sum, _: &mut Context<Self>) -> u64 {
        self.sum
    }
}

/// Asks one unit, on its arbiter, until it has done all.
async fn supervise(args: Args, unit: usize) -> u64 {
    let mut died = 0;
    let mut worker = Worker { pieces: Pieces::first_life(args, unit), sum: 0 }.start();
    loop {
        match worker.send(Piece).await {
            Ok(true) => {}
            Ok(false) => return worker.send(Sum).await.unwrap().wrapping_add(died),
            Err(_) => {
                died += 1;
                worker = Worker { pieces: Pieces::second_life(args, unit), sum: 0 }.start();
            }
        }
    }
}

fn main() {
    on_actix(|args| Args { rounds: args.rounds.min(100), ..args }, work_all);
}

async fn work_all(args: Args, arbiters: &[Arbiter]) -> Outcome {
    let (done, mut parts) = mpsc::unbounded_channel();
    settle();
    let start = Instant::now();
    for (unit, arbiter) in (0..args.units).zip(arbiters.iter().cycle()) {
        let done = done.clone();
        arbiter.spawn(async move { done.send(supervise(args, unit).await).unwrap() });
    }
    let mut sum = 0_u64;
    for _ in 0..args.units {
        sum = sum.wrapping_add(parts.recv().await.unwrap());
    }
    Outcome::new(start.elapsed(), args.units as u64 * args.rounds, sum)
}
