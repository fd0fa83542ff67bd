//! `cpu-hash` on Actix, by hand: an actor per unit, which sends itself a message for the next chain.

use std::time::Instant;

use actix::prelude::*;
use by_hand::{Args, Outcome, chain, first_hash, number, settle};
use tokio::sync::mpsc;

struct Hasher {
    hash: [u8; 32],
    hashes: u64,
    left: u64,
    done: mpsc::Sender<u64>,
}

impl Actor for Hasher {
    type Context = Context<Self>;
}

/// Asked before the start: who answers is there.
#[derive(Message)]
#[rtype(result = "()")]
struct Ready;

impl Handler<Ready> for Hasher {
    type Result = ();

    fn handle(&mut self, _: Ready, _: &mut Context<Self>) {}
}

#[derive(Message)]
#[rtype(result = "()")]
struct Next;

impl Handler<Next> for Hasher {
    type Result = ();

    fn handle(&mut self, _: Next, ctx: &mut Context<Self>) {
        self.hash = chain(self.hash, self.hashes);
        self.left -= 1;
        if self.left > 0 {
            ctx.notify(Next);
        } else {
            self.done.try_send(number(&self.hash)).unwrap();
            ctx.stop();
        }
    }
}

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(64), rounds: 1, ..args });
    run(args).print();
}

fn run(args: Args) -> Outcome {
    System::new().block_on(async {
        let arbiters: Vec<Arbiter> = (0..args.workers).map(|_| Arbiter::new()).collect();
        let (done, mut results) = mpsc::channel(args.units);
        let start = |unit: usize| {
            let done = done.clone();
            Hasher::start_in_arbiter(&arbiters[unit % args.workers].handle(), move |_| Hasher {
                hash: first_hash(args.seed, unit),
                hashes: args.hashes,
                left: args.rounds,
                done,
            })
        };
        let units: Vec<Addr<Hasher>> = (0..args.units).map(start).collect();
        for unit in &units {
            unit.send(Ready).await.unwrap();
        }
        settle();

        let since = Instant::now();
        for unit in &units {
            unit.do_send(Next);
        }
        let mut answer = 0_u64;
        for _ in 0..args.units {
            answer = answer.wrapping_add(results.recv().await.unwrap());
        }
        let wall = since.elapsed();
        arbiters.iter().for_each(|arbiter| {
            arbiter.stop();
        });
        Outcome::new(wall, args.units as u64 * args.rounds, answer)
    })
}
