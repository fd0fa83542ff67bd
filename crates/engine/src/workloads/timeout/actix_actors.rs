//! Two actors per pair. One asks the other, and gives the answer a time: a request has a `timeout` of its own. Both are on one arbiter, as actors are that start each other, unless they are to be spread.

use actix::prelude::*;

use super::{Params, With};
use crate::measure::{AsyncGate, Done, Halt, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

/// Adds one.
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

/// Asks, and asks again when it has the answer.
struct Ping {
    params: Params,
    pair: usize,
    pong: Addr<Pong>,
    measure: Measure,
    share: Option<Share>,
}

impl Actor for Ping {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Go;

impl Handler<Go> for Ping {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, _: Go, _: &mut Context<Self>) -> ResponseFuture<()> {
        let (params, pair, pong, measure) = (self.params, self.pair, self.pong.clone(), self.measure.clone());
        let share = self.share.take();
        // The future cannot borrow the actor, so it takes along what it needs. It runs as a task of the arbiter, beside the
        // actor: while it waits, the arbiter serves others.
        Box::pin(async move {
            let mut number = 0;
            let mut lap = measure.sampled_lap(pair, params.rounds);
            while lap.another().is_some() {
                let request = pong.send(Number(number));
                let answer = match params.with {
                    With::Timeout => request.timeout(params.timeout()).await,
                    With::Nothing => request.await,
                };
                // If the other is gone, or too late, this one ends without a report, and the tally says so.
                let Ok(answer) = answer else { return };
                number = answer;
                lap.done();
            }
            drop(lap);
            if let Some(mut share) = share {
                share.report(number);
            }
        })
    }
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally) = (AsyncGate::new(params.units), Tally::new(params.pairs()));
    let mut pings = Vec::with_capacity(params.pairs());
    for pair in 0..params.pairs() {
        let arrived = gate.clone();
        let pong = Pong::start_in_arbiter(arbiters.among(pair, 1), move |_| {
            // An actor is made on its arbiter, some time after it was asked for: the gate counts those that are there.
            arrived.arrive();
            Pong
        });
        let (gate, measure, share) = (gate.clone(), measure.clone(), tally.share());
        pings.push(Ping::start_in_arbiter(arbiters.among(pair, 0), move |_| {
            gate.arrive();
            Ping { params, pair, pong, measure, share: Some(share) }
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    for ping in &pings {
        ping.do_send(Go);
    }
    // Nobody can join an actor: each reports once, through its share of the tally, and one that ends without a report is noticed.
    let sum = tally.all().await?;
    Ok(running.stop(sum))
}
