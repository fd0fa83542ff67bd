//! `cpu-hash` on Actix, by hand: an actor per unit, whose handler is async and gives way between two chains. (An actor that sends
//! itself a message for the next chain would do all of them in one go.)

use std::time::Instant;

use actix::prelude::*;
use by_hand::{Args, Outcome, chain, first_hash, on_actix, part, settle};
use futures_util::future::join_all;
use tokio::task::yield_now;

struct Hasher;

impl Actor for Hasher {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "u64")]
struct Chains {
    hash: [u8; 32],
    hashes: u64,
    rounds: u64,
}

impl Handler<Chains> for Hasher {
    type Result = AtomicResponse<Self, u64>;

    fn handle(&mut self, Chains { mut hash, hashes, rounds }: Chains, _: &mut Context<Self>) -> Self::Result {
        let work = async move {
            for _ in 0..rounds {
                hash = chain(hash, hashes);
                yield_now().await;
            }
            part(&hash)
        };
        AtomicResponse::new(Box::pin(work.into_actor(self)))
    }
}

fn main() {
    on_actix(|args| Args { rounds: 1, ..args }, run);
}

async fn run(args: Args, arbiters: &[Arbiter]) -> Outcome {
    let hashes = args.number("hashes");
    let arbiters = arbiters.iter().cycle().take(args.units);
    let units: Vec<_> = arbiters.map(|arbiter| Hasher::start_in_arbiter(&arbiter.handle(), |_| Hasher)).collect();
    settle();
    let start = Instant::now();
    let chains = |unit| Chains { hash: first_hash(args.seed, unit), hashes, rounds: args.rounds };
    let parts = join_all(units.iter().enumerate().map(|(unit, actor)| actor.send(chains(unit)))).await;
    let answer = parts.into_iter().map(Result::unwrap).fold(0, u64::wrapping_add);
    Outcome::new(start.elapsed(), args.units as u64 * args.rounds, answer)
}
