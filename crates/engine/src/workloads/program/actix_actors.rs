//! An actor per unit, and one that collects. An arbiter must not read files: a SyncArbiter does, whose threads may block. A
//! handler that blocks holds up every actor of its arbiter.

use std::sync::Arc;
use std::{fs, io, thread};

use actix::prelude::*;
use tokio::task::yield_now;
use tokio::time::sleep;

use super::file::sum_in;
use super::steps::Step;
use super::{Ask, Collector, Common, Course, Params, QUEUE, compute};
use crate::measure::{AsyncGate, Done, Halt, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

impl Actor for Collector {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        // As many as the queues of the other models: if it cannot keep up, those that ask it wait.
        ctx.set_mailbox_capacity(QUEUE);
    }
}

impl Message for Ask {
    type Result = u64;
}

// region: answer
impl Handler<Ask> for Collector {
    type Result = u64;

    fn handle(&mut self, ask: Ask, _: &mut Context<Self>) -> u64 {
        self.answer(ask)
    }
}
// endregion

struct Reader {
    common: Arc<Common>,
}

impl Actor for Reader {
    type Context = SyncContext<Self>;
}

#[derive(Message)]
#[rtype(result = "io::Result<u64>")]
struct Read;

// region: answer
impl Handler<Read> for Reader {
    type Result = io::Result<u64>;

    fn handle(&mut self, _: Read, _: &mut SyncContext<Self>) -> io::Result<u64> {
        Ok(sum_in(&fs::read(self.common.file.path())?))
    }
}
// endregion

struct Unit {
    number: u64,
    common: Arc<Common>,
    collector: Addr<Collector>,
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
        let (collector, reader) = (self.collector.clone(), self.reader.clone());
        // The future cannot borrow the actor, so it takes along what it needs. It runs as a task of the arbiter, beside the
        // actor: while it waits, the arbiter serves others.
        Box::pin(async move {
            // If a step fails, this one ends without a report, and the tally says so.
            if let (Ok(sum), Some(mut share)) = (run_program(&common, &collector, &reader, number).await, share) {
                share.report(sum);
            }
        })
    }
}

async fn run_program(
    common: &Arc<Common>,
    collector: &Addr<Collector>,
    reader: &Addr<Reader>,
    unit: u64,
) -> Result<u64, MailboxError> {
    let mut sum = 0_u64;
    let mut course = Course::new(common, unit);
    while course.another() {
        for &step in common.params.program.steps() {
            // region: work
            let part = match step {
                Step::Compute(microseconds) => compute(common.measure.seed(), microseconds),
                Step::Wait(time) => {
                    sleep(time).await;
                    1
                }
                Step::Send => collector.send(Ask::Handle(unit)).await?,
                Step::Lock if common.has_owner() => {
                    // The collector handles one message after the other: no lock.
                    collector.send(Ask::Add(1)).await?;
                    0
                }
                // Nothing keeps actors from sharing: the mutex is held for one addition, and never across `.await`.
                Step::Lock => common.add_one(),
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
            // endregion
            course.done(step);
            sum = sum.wrapping_add(part);
        }
        course.round_done();
    }
    Ok(sum)
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally, common) = (AsyncGate::new(params.units), Tally::new(params.units), Common::new(params, &measure)?);
    let collector = Collector::start_in_arbiter(arbiters.of(0), |_| Collector::default());
    let reader = {
        let common = Arc::clone(&common);
        SyncArbiter::start(measure.workers(), move || Reader { common: Arc::clone(&common) })
    };
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, common, collector, reader, share) =
            (gate.clone(), Arc::clone(&common), collector.clone(), reader.clone(), tally.share());
        // region: make
        units.push(Unit::start_in_arbiter(arbiters.of(unit), move |_| {
            gate.arrive();
            Unit { number: unit as u64, common, collector, reader, share: Some(share) }
        }));
        // endregion
    }

    gate.all_wait().await;
    let running = measure.start();
    for unit in &units {
        unit.do_send(Go);
    }
    // region: join
    let sum = tally.all().await?;
    // Adds nothing: what it counted is in the answer.
    let counted = collector.send(Ask::Add(0)).await.map_err(|error| Halt::Failed(format!("the collector is gone: {error}")))?;
    // endregion
    Ok(common.stop(running, sum.wrapping_add(counted)))
}
