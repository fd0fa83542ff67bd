//! `fault` on Tokio, by hand: one that a `JoinSet` finds to have panicked is started anew, for the pieces that are left.

use std::collections::HashMap;
use std::time::Instant;

use by_hand::fault::Pieces;
use by_hand::{Args, Outcome, on_tokio, settle};
use tokio::task::{JoinSet, yield_now};

fn main() {
    on_tokio(|args| Args { rounds: args.rounds.min(100), ..args }, work_all);
}

async fn live(pieces: Pieces) -> u64 {
    let mut sum = 0_u64;
    for piece in pieces {
        sum = sum.wrapping_add(piece);
        yield_now().await;
    }
    sum
}

async fn work_all(args: Args) -> Outcome {
    settle();
    let start = Instant::now();
    let mut units = JoinSet::new();
    let mut ids = HashMap::new();
    for unit in 0..args.units {
        ids.insert(units.spawn(live(Pieces::first_life(args, unit))).id(), unit);
    }
    let (mut sum, mut died) = (0_u64, 0);
    while let Some(ended) = units.join_next().await {
        match ended {
            Ok(part) => sum = sum.wrapping_add(part),
            Err(error) => {
                died += 1;
                units.spawn(live(Pieces::second_life(args, ids[&error.id()])));
            }
        }
    }
    Outcome::new(start.elapsed(), args.units as u64 * args.rounds, sum.wrapping_add(died))
}
