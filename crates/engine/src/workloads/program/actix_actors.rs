//! An actor per unit, and one that collects. An arbiter must not read files: a SyncArbiter does, whose threads may block. A
//! handler that blocks holds up every actor of its arbiter. What a unit does at once it asks of helpers, one on each arbiter.

use std::sync::Arc;
use std::{fs, io, thread};

use actix::prelude::*;
use futures_util::future::join_all;
use tokio::task::yield_now;
use tokio::time::sleep;

use super::file::sum_in;
use super::steps::{Step, Stretch};
use super::{Ask, Branch, Collector, Common, Course, Params, QUEUE, compute};
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

/// Whom a unit sends messages to.
struct Others {
    collector: Addr<Collector>,
    reader: Addr<Reader>,
    /// One on each arbiter.
    helpers: Vec<Addr<Helper>>,
}

struct Helper {
    common: Arc<Common>,
}

impl Actor for Helper {
    type Context = Context<Self>;
}

/// Do these steps of this unit.
#[derive(Message)]
#[rtype(result = "Result<u64, MailboxError>")]
struct Help {
    unit: u64,
    steps: Stretch,
    others: Arc<Others>,
}

// region: answer
impl Handler<Help> for Helper {
    type Result = ResponseFuture<Result<u64, MailboxError>>;

    /// Several at a time: while one waits, its arbiter goes on with others.
    fn handle(&mut self, Help { unit, steps, others }: Help, _: &mut Context<Self>) -> Self::Result {
        let common = Arc::clone(&self.common);
        Box::pin(async move {
            let mut sum = 0_u64;
            let mut branch = Branch::new(&common);
            for step in common.params.program.steps_of(steps) {
                let part = run_step(&common, &others, unit, step).await?;
                branch.done(step);
                sum = sum.wrapping_add(part);
            }
            Ok(sum)
        })
    }
}
// endregion

struct Unit {
    number: u64,
    common: Arc<Common>,
    others: Arc<Others>,
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
        let (number, common, others, share) =
            (self.number, Arc::clone(&self.common), Arc::clone(&self.others), self.share.take());
        // The future cannot borrow the actor, so it takes along what it needs. It runs as a task of the arbiter, beside the
        // actor: while it waits, the arbiter serves others.
        Box::pin(async move {
            // If a step fails, this one ends without a report, and the tally says so.
            if let (Ok(sum), Some(mut share)) = (run_program(&common, &others, number).await, share) {
                share.report(sum);
            }
        })
    }
}

async fn run_program(common: &Arc<Common>, others: &Arc<Others>, unit: u64) -> Result<u64, MailboxError> {
    let mut sum = 0_u64;
    let mut course = Course::new(common, unit);
    while course.another() {
        for step in common.params.program.steps() {
            let part = run_step(common, others, unit, step).await?;
            course.done(step);
            sum = sum.wrapping_add(part);
        }
        course.round_done();
    }
    Ok(sum)
}

async fn run_step(common: &Common, others: &Arc<Others>, unit: u64, step: Step) -> Result<u64, MailboxError> {
    // region: work
    Ok(match step {
        Step::Compute(microseconds) => compute(common.measure.seed(), microseconds),
        Step::Wait(time) => {
            sleep(time).await;
            1
        }
        Step::Send => others.collector.send(Ask::Handle(unit)).await?,
        Step::Lock if common.has_owner() => {
            // The collector handles one message after the other: no lock.
            others.collector.send(Ask::Add(1)).await?;
            0
        }
        // Nothing keeps actors from sharing: the mutex is held for one addition, and never across `.await`.
        Step::Lock => common.add_one(),
        Step::Yield => {
            yield_now().await;
            1
        }
        Step::Read => others.reader.send(Read).await?.map_err(|_| MailboxError::Closed)?,
        Step::Block(time) => {
            // Holds up this arbiter, and every actor on it: an actor cannot move to another.
            thread::sleep(time);
            1
        }
        // A message to another actor for each, on its own arbiter first; then all answers are waited for.
        Step::Parallel(inside) => {
            let helpers = others.helpers.iter().cycle().skip(unit as usize % others.helpers.len());
            let ask = |(steps, helper): (Stretch, &Addr<Helper>)| helper.send(Help { unit, steps, others: Arc::clone(others) });
            let answers = join_all(common.params.program.branches(inside).zip(helpers).map(ask)).await;
            let mut sum = 0_u64;
            for answer in answers {
                sum = sum.wrapping_add(answer??);
            }
            sum
        }
    })
    // endregion
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally, common) = (AsyncGate::new(params.units), Tally::new(params.units), Common::new(params, &measure)?);
    let collector = Collector::start_in_arbiter(arbiters.of(0), |_| Collector::default());
    let reader = {
        let common = Arc::clone(&common);
        SyncArbiter::start(measure.workers(), move || Reader { common: Arc::clone(&common) })
    };
    let helper = |arbiter| {
        let common = Arc::clone(&common);
        Helper::start_in_arbiter(arbiters.of(arbiter), move |_| Helper { common })
    };
    let helpers = (0..measure.workers()).map(helper).collect();
    let others = Arc::new(Others { collector: collector.clone(), reader, helpers });
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, common, others, share) = (gate.clone(), Arc::clone(&common), Arc::clone(&others), tally.share());
        // region: make
        units.push(Unit::start_in_arbiter(arbiters.of(unit), move |_| {
            gate.arrive();
            Unit { number: unit as u64, common, others, share: Some(share) }
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
