//! `cpu-hash` on a SyncArbiter, by hand: a message per unit.

use std::time::Instant;

use actix::prelude::*;
use by_hand::{Args, Outcome, chain, first_hash, on_threads, part, settle};
use futures_util::stream::{StreamExt, iter};

struct Hasher {
    args: Args,
    hashes: u64,
}

impl Actor for Hasher {
    type Context = SyncContext<Self>;
}

#[derive(Message)]
#[rtype(result = "u64")]
struct Chains {
    unit: usize,
}

impl Handler<Chains> for Hasher {
    type Result = u64;

    fn handle(&mut self, Chains { unit }: Chains, _: &mut SyncContext<Self>) -> u64 {
        let mut hash = first_hash(self.args.seed, unit);
        for _ in 0..self.args.rounds {
            hash = chain(hash, self.hashes);
        }
        part(&hash)
    }
}

fn main() {
    on_threads(|args| Args { rounds: 1, ..args }, run);
}

fn run(args: Args) -> Outcome {
    System::new().block_on(async {
        let hashers = SyncArbiter::start(args.workers, move || Hasher { args, hashes: args.number("hashes") });
        // They are sent when they are first polled.
        let messages: Vec<_> = (0..args.units).map(|unit| hashers.send(Chains { unit })).collect();
        settle();

        let since = Instant::now();
        let mut parts = iter(messages).buffer_unordered(256);
        let mut answer = 0_u64;
        while let Some(part) = parts.next().await {
            answer = answer.wrapping_add(part.unwrap());
        }
        Outcome::new(since.elapsed(), args.units as u64 * args.rounds, answer)
    })
}
