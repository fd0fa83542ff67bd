//! `ping-pong` on Actix, by hand: two actors per pair, both on one arbiter.

use std::time::Instant;

use actix::prelude::*;
use by_hand::{Args, Outcome, on_actix, settle};
use tokio::sync::mpsc;

struct Pong;

impl Actor for Pong {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "u64")]
struct Number(u64);

impl Handler<Number> for Pong {
    type Result = u64;

    fn handle(&mut self, Number(number): Number, _: &mut Context<Self>) -> u64 {
        number + 1
    }
}

struct Ping {
    rounds: u64,
    pong: Addr<Pong>,
    done: mpsc::Sender<u64>,
}

impl Actor for Ping {
    type Context = Context<Self>;
}

/// Asked before the start: who answers is there.
#[derive(Message)]
#[rtype(result = "()")]
struct Ready;

impl Handler<Ready> for Ping {
    type Result = ();

    fn handle(&mut self, _: Ready, _: &mut Context<Self>) {}
}

#[derive(Message)]
#[rtype(result = "()")]
struct Go;

impl Handler<Go> for Ping {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, _: Go, _: &mut Context<Self>) -> ResponseFuture<()> {
        let (rounds, pong, done) = (self.rounds, self.pong.clone(), self.done.clone());
        Box::pin(async move {
            let mut number = 0;
            for _ in 0..rounds {
                number = pong.send(Number(number)).await.unwrap();
            }
            done.send(number).await.unwrap();
        })
    }
}

fn main() {
    on_actix(|args| Args { rounds: args.rounds.min(200), ..args }, run);
}

async fn run(args: Args, arbiters: &[Arbiter]) -> Outcome {
    let pairs = args.units / 2;
    let (done, mut results) = mpsc::channel(pairs);
    let start = |pair: usize| {
        let (rounds, done) = (args.rounds, done.clone());
        Ping::start_in_arbiter(&arbiters[pair % args.workers].handle(), move |_| Ping { rounds, pong: Pong.start(), done })
    };
    let pings: Vec<Addr<Ping>> = (0..pairs).map(start).collect();
    for ping in &pings {
        ping.send(Ready).await.unwrap();
    }
    settle();

    let since = Instant::now();
    for ping in &pings {
        ping.do_send(Go);
    }
    let mut sum = 0;
    for _ in 0..pairs {
        sum += results.recv().await.unwrap();
    }
    let wall = since.elapsed();
    Outcome::new(wall, pairs as u64 * args.rounds, sum)
}
