//! Two actors per pair. One asks the other: the answer to a message is a future, and while it is awaited the arbiter serves
//! others. Both are on one arbiter, as actors are that start each other, unless they are to be spread.

use actix::prelude::*;

use super::Params;
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

// region: answer
impl Handler<Number> for Pong {
    type Result = u64;

    fn handle(&mut self, Number(number): Number, _: &mut Context<Self>) -> u64 {
        number + 1
    }
}
// endregion

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
                // region: wait
                // If the other is gone, this one ends without a report, and the tally says so.
                let Ok(answer) = pong.send(Number(number)).await else { return };
                number = answer;
                // endregion
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
        // region: make
        let pong = Pong::start_in_arbiter(arbiters.among(pair, 1), move |_| {
            // An actor is made on its arbiter, some time after it was asked for: the gate counts those that are there.
            arrived.arrive();
            Pong
        });
        // endregion
        let (gate, measure, share) = (gate.clone(), measure.clone(), tally.share());
        // region: make
        pings.push(Ping::start_in_arbiter(arbiters.among(pair, 0), move |_| {
            gate.arrive();
            Ping { params, pair, pong, measure, share: Some(share) }
        }));
        // endregion
    }

    gate.all_wait().await;
    let running = measure.start();
    for ping in &pings {
        ping.do_send(Go);
    }
    // region: join
    // Nobody can join an actor: each reports once, through its share of the tally, and one that ends without a report is noticed.
    let sum = tally.all().await?;
    // endregion
    Ok(running.stop(sum))
}
