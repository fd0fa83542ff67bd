//! `idle-memory` of actors, by hand.

use std::time::Instant;

use actix::prelude::*;
use by_hand::memory::{STEPS, Units, held, slope};
use by_hand::{Args, Outcome, on_actix};

struct Unit;

impl Actor for Unit {
    type Context = Context<Self>;
}

/// Who answers is there.
#[derive(Message)]
#[rtype(result = "()")]
struct Ready;

impl Handler<Ready> for Unit {
    type Result = ();

    fn handle(&mut self, _: Ready, _: &mut Context<Self>) {}
}

fn main() {
    on_actix(|args| Args { units: STEPS, ..args }, run);
}

async fn run(args: Args, arbiters: &[Arbiter]) -> Outcome {
    let mut units: Vec<Addr<Unit>> = Vec::with_capacity(args.units);
    let mut points = Vec::with_capacity(STEPS);
    let since = Instant::now();
    for _ in 0..STEPS {
        for _ in 0..args.units / STEPS {
            units.push(Unit::start_in_arbiter(&arbiters[units.len() % args.workers].handle(), |_| Unit));
        }
        // Each arbiter starts its actors in the order in which they were asked for.
        for last in units.iter().rev().take(args.workers) {
            last.send(Ready).await.unwrap();
        }
        points.push((units.len() as f64, held(Units::Others)));
    }
    let wall = since.elapsed();
    let answer = units.len() as u64;
    Outcome::new(wall, answer, answer).with("bytes_per_unit", slope(&points))
}
