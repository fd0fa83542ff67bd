//! `shared-counter` on Actix, by hand: one actor owns the number, the others ask it to add one.

use std::time::Instant;

use actix::prelude::*;
use by_hand::{Args, Outcome, settle};
use tokio::sync::mpsc;

struct Counter {
    sum: u64,
}

impl Actor for Counter {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "u64")]
struct Add(u64);

impl Handler<Add> for Counter {
    type Result = u64;

    fn handle(&mut self, Add(amount): Add, _: &mut Context<Self>) -> u64 {
        self.sum += amount;
        self.sum
    }
}

struct Unit {
    increments: u64,
    counter: Addr<Counter>,
    done: mpsc::Sender<()>,
}

impl Actor for Unit {
    type Context = Context<Self>;
}

/// Asked before the start: who answers is there.
#[derive(Message)]
#[rtype(result = "()")]
struct Ready;

impl Handler<Ready> for Unit {
    type Result = ();

    fn handle(&mut self, _: Ready, _: &mut Context<Self>) {}
}

#[derive(Message)]
#[rtype(result = "()")]
struct Go;

impl Handler<Go> for Unit {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, _: Go, _: &mut Context<Self>) -> ResponseFuture<()> {
        let (increments, counter, done) = (self.increments, self.counter.clone(), self.done.clone());
        Box::pin(async move {
            for _ in 0..increments {
                counter.send(Add(1)).await.unwrap();
            }
            done.send(()).await.unwrap();
        })
    }
}

fn main() {
    let args = Args::read();
    run(Args { units: args.units.min(8), increments: 100, ..args });
    run(args).print();
}

fn run(args: Args) -> Outcome {
    System::new().block_on(async {
        let arbiters: Vec<Arbiter> = (0..args.workers).map(|_| Arbiter::new()).collect();
        let (done, mut results) = mpsc::channel(args.units);
        let counter = Counter::start_in_arbiter(&arbiters[0].handle(), |_| Counter { sum: 0 });
        let start = |unit: usize| {
            let (increments, counter, done) = (args.increments, counter.clone(), done.clone());
            Unit::start_in_arbiter(&arbiters[unit % args.workers].handle(), move |_| Unit { increments, counter, done })
        };
        let units: Vec<Addr<Unit>> = (0..args.units).map(start).collect();
        for unit in &units {
            unit.send(Ready).await.unwrap();
        }
        settle();

        let since = Instant::now();
        for unit in &units {
            unit.do_send(Go);
        }
        for _ in 0..args.units {
            results.recv().await.unwrap();
        }
        let sum = counter.send(Add(0)).await.unwrap();
        let wall = since.elapsed();
        arbiters.iter().for_each(|arbiter| {
            arbiter.stop();
        });
        Outcome::new(wall, args.units as u64 * args.increments, sum)
    })
}
