//! An actor per unit. What tasks share behind a lock an actor owns and is asked for, so that here to lock is to send; it collects
//! as well. An arbiter must not read files: a SyncArbiter does, whose threads may block. A handler that blocks holds up every
//! actor of its arbiter.

use std::sync::Arc;
use std::{fs, io, thread};

use actix::prelude::*;
use tokio::task::yield_now;
use tokio::time::sleep;

use super::file::sum_in;
use super::steps::Step;
use super::{Common, Params, compute, handle};
use crate::measure::{AsyncGate, Done, Halt, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

/// Answers those that ask, and has the number that the units add to.
#[derive(Default)]
struct Owner {
    counter: u64,
}

impl Actor for Owner {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "u64")]
struct Ask(u64);

impl Handler<Ask> for Owner {
    type Result = u64;

    fn handle(&mut self, Ask(number): Ask, _: &mut Context<Self>) -> u64 {
        handle(number)
    }
}

/// Adds this much, and answers with the sum.
#[derive(Message)]
#[rtype(result = "u64")]
struct Add(u64);

impl Handler<Add> for Owner {
    type Result = u64;

    fn handle(&mut self, Add(amount): Add, _: &mut Context<Self>) -> u64 {
        self.counter += amount;
        self.counter
    }
}

struct Reader {
    common: Arc<Common>,
}

impl Actor for Reader {
    type Context = SyncContext<Self>;
}

#[derive(Message)]
#[rtype(result = "io::Result<u64>")]
struct Read;

impl Handler<Read> for Reader {
    type Result = io::Result<u64>;

    fn handle(&mut self, _: Read, _: &mut SyncContext<Self>) -> io::Result<u64> {
        Ok(sum_in(&fs::read(self.common.file.path())?))
    }
}

struct Unit {
    number: u64,
    common: Arc<Common>,
    owner: Addr<Owner>,
    reader: Addr<Reader>,
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
        let (number, common, share) = (self.number, Arc::clone(&self.common), self.share.take());
        let (owner, reader) = (self.owner.clone(), self.reader.clone());
        // The future cannot borrow the actor, so it takes along what it needs. It runs as a task of the arbiter, beside the
        // actor: while it waits, the arbiter serves others.
        Box::pin(async move {
            // If a step fails, this one ends without a report, and the tally says so.
            if let (Ok(sum), Some(mut share)) = (run_program(&common, &owner, &reader, number).await, share) {
                share.report(sum);
            }
        })
    }
}

async fn run_program(common: &Common, owner: &Addr<Owner>, reader: &Addr<Reader>, unit: u64) -> Result<u64, MailboxError> {
    let mut sum = 0_u64;
    let mut lap = common.measure.lap();
    for _ in 0..common.params.rounds {
        for &step in common.params.program.steps() {
            let part = match step {
                Step::Compute(microseconds) => compute(common.measure.seed(), microseconds),
                Step::Wait(time) => {
                    sleep(time).await;
                    1
                }
                Step::Send => owner.send(Ask(unit)).await?,
                Step::Lock => {
                    // No lock: the owner handles one message after the other.
                    owner.send(Add(1)).await?;
                    0
                }
                Step::Yield => {
                    yield_now().await;
                    1
                }
                Step::Read => reader.send(Read).await?.map_err(|_| MailboxError::Closed)?,
                Step::Block(time) => {
                    // Holds up this arbiter, and every actor on it: an actor cannot move to another.
                    thread::sleep(time);
                    1
                }
            };
            common.done(&mut lap, step);
            sum = sum.wrapping_add(part);
        }
    }
    Ok(sum)
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally, common) = (AsyncGate::new(params.units), Tally::new(params.units), Common::new(params, &measure)?);
    // No bound to set: each unit waits for its answer, and so has one message with the owner at a time.
    let owner = Owner::start_in_arbiter(arbiters.of(0), |_| Owner::default());
    let reader = {
        let common = Arc::clone(&common);
        SyncArbiter::start(measure.workers(), move || Reader { common: Arc::clone(&common) })
    };
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, common, owner, reader, share) =
            (gate.clone(), Arc::clone(&common), owner.clone(), reader.clone(), tally.share());
        units.push(Unit::start_in_arbiter(arbiters.of(unit), move |_| {
            gate.arrive();
            Unit { number: unit as u64, common, owner, reader, share: Some(share) }
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    for unit in &units {
        unit.do_send(Go);
    }
    let sum = tally.all().await?;
    let counted = owner.send(Add(0)).await.map_err(|error| Halt::Failed(format!("the owner is gone: {error}")))?;
    Ok(common.stop(running, sum.wrapping_add(counted)))
}
