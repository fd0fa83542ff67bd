//! An actor owns the number; nobody else can touch it, so there is no lock. The units are actors too, and ask it to add one.

use actix::prelude::*;

use super::Params;
use crate::measure::{AsyncGate, Done, Halt, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

#[derive(Default)]
struct Counter {
    sum: u64,
}

impl Actor for Counter {
    type Context = Context<Self>;
}

/// Adds this much, and answers with the sum.
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
    params: Params,
    counter: Addr<Counter>,
    measure: Measure,
    share: Option<Share>,
}

impl Actor for Unit {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Go;

impl Handler<Go> for Unit {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, _: Go, _: &mut Context<Self>) -> ResponseFuture<()> {
        let (params, counter, measure, share) = (self.params, self.counter.clone(), self.measure.clone(), self.share.take());
        // The future cannot borrow the actor, so it takes along what it needs. It runs as a task of the arbiter, beside the
        // actor: while it waits, the arbiter serves others.
        Box::pin(async move {
            let mut lap = measure.lap();
            for batch in params.batches() {
                for _ in 0..batch {
                    // Asked and not told, although nobody needs the sum: a unit adds the next when it knows that the last was
                    // added, as with a lock. If the counter is gone, this unit ends without a report, and the tally says so.
                    let Ok(_) = counter.send(Add(1)).await else { return };
                }
                lap.done_batch(batch);
            }
            drop(lap);
            if let Some(mut share) = share {
                share.report(0);
            }
        })
    }
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally) = (AsyncGate::new(params.units), Tally::new(params.units));
    // One owner on one arbiter: from the units of the others each increment is a message across threads, and its answer back.
    let counter = Counter::start_in_arbiter(arbiters.of(0), |_| Counter::default());
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, counter, measure, share) = (gate.clone(), counter.clone(), measure.clone(), tally.share());
        units.push(Unit::start_in_arbiter(arbiters.of(unit), move |_| {
            gate.arrive();
            Unit { params, counter, measure, share: Some(share) }
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    for unit in &units {
        unit.do_send(Go);
    }
    // Nobody can join an actor: each reports once, through its share of the tally, and one that ends without a report is noticed.
    tally.all().await?;
    // Adds nothing: the sum is in the answer.
    let sum = counter.send(Add(0)).await.map_err(|error| Halt::Failed(format!("the counter is gone: {error}")))?;
    Ok(running.stop(sum))
}
