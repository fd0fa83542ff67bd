//! `ring` on Actix, by hand: an actor per unit, in turn on each arbiter.

use std::time::Instant;

use actix::prelude::*;
use by_hand::{Args, Outcome, settle};
use tokio::sync::mpsc;

struct Unit {
    hops: u64,
    next: Option<Addr<Unit>>,
    done: mpsc::Sender<u64>,
}

impl Actor for Unit {
    type Context = Context<Self>;
}

/// Who comes next, told before the start; who answers is there.
#[derive(Message)]
#[rtype(result = "()")]
struct Next(Addr<Unit>);

impl Handler<Next> for Unit {
    type Result = ();

    fn handle(&mut self, Next(next): Next, _: &mut Context<Self>) {
        self.next = Some(next);
    }
}

#[derive(Message)]
#[rtype(result = "()")]
struct Pass(u64);

impl Handler<Pass> for Unit {
    type Result = ();

    fn handle(&mut self, Pass(token): Pass, _: &mut Context<Self>) {
        let token = token + 1;
        if token == self.hops {
            self.done.try_send(token).unwrap();
        } else if let Some(next) = &self.next {
            next.do_send(Pass(token));
        }
    }
}

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(16), rounds: args.rounds.min(50), ..args });
    run(args).print();
}

fn run(args: Args) -> Outcome {
    System::new().block_on(async {
        let hops = args.units as u64 * args.rounds;
        let arbiters: Vec<Arbiter> = (0..args.workers).map(|_| Arbiter::new()).collect();
        let (done, mut finished) = mpsc::channel(1);
        let start = |unit: usize| {
            let done = done.clone();
            Unit::start_in_arbiter(&arbiters[unit % args.workers].handle(), move |_| Unit { hops, next: None, done })
        };
        let units: Vec<Addr<Unit>> = (0..args.units).map(start).collect();
        for (unit, next) in units.iter().zip(units.iter().cycle().skip(1)) {
            unit.send(Next(next.clone())).await.unwrap();
        }
        settle();

        let since = Instant::now();
        units[0].do_send(Pass(0));
        let answer = finished.recv().await.unwrap();
        let wall = since.elapsed();
        arbiters.iter().for_each(|arbiter| {
            arbiter.stop();
        });
        Outcome::new(wall, hops, answer)
    })
}
