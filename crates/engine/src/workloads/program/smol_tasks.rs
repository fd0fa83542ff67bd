//! A task per unit, and one that collects. As on Tokio a task gives way when it awaits. `smol::fs` hands a read to a thread that
//! is there for what blocks; there are 500 at most, and so as many files are open.

use std::pin::Pin;
use std::sync::Arc;
use std::thread;

use smol::channel::{Receiver, Sender, bounded};
use smol::future::yield_now;
use smol::{Executor, Timer, fs};

use super::file::sum_in;
use super::steps::{Step, Stretch};
use super::{Ask, Branch, Collector, Common, Course, Params, QUEUE, compute};
use crate::measure::{AsyncGate, Done, Halt, Measure};

/// What is asked, and where the answer goes.
type Asked = (Ask, Sender<u64>);

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let (gate, common) = (AsyncGate::new(params.units), Common::new(params, &measure)?);
    // Bounded: if the collector cannot keep up, those that ask it wait.
    let (queue, asked) = bounded(QUEUE);
    // region: make
    let collector = executor.spawn(collect(asked));
    // endregion
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, common, queue, spawns) = (gate.clone(), Arc::clone(&common), queue.clone(), Arc::clone(&executor));
        // region: make
        units.push(executor.spawn(async move {
            // endregion
            gate.wait().await;
            run_program(&common, &queue, &spawns, unit as u64).await
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    let mut sum = 0_u64;
    for unit in units {
        sum = sum.wrapping_add(unit.await?);
    }
    // Adds nothing: what it counted is in the answer.
    let counted = ask(&queue, Ask::Add(0)).await?;
    // endregion
    let done = common.stop(running, sum.wrapping_add(counted));
    // The last sender: the channel closes, and the collector ends.
    drop(queue);
    collector.await;
    Ok(done)
}

// region: answer
/// Ends when every unit has.
async fn collect(asked: Receiver<Asked>) {
    let mut collector = Collector::default();
    while let Ok((what, reply)) = asked.recv().await {
        let _ = reply.send(collector.answer(what)).await;
    }
}
// endregion

async fn run_program(
    common: &Arc<Common>,
    queue: &Sender<Asked>,
    executor: &Arc<Executor<'static>>,
    unit: u64,
) -> Result<u64, Halt> {
    let mut sum = 0_u64;
    let mut course = Course::new(common, unit);
    while course.another() {
        for step in common.params.program.steps() {
            let part = run_step(common, queue, executor, unit, step).await?;
            course.done(step);
            sum = sum.wrapping_add(part);
        }
        course.round_done();
    }
    Ok(sum)
}

async fn run_step(
    common: &Arc<Common>,
    queue: &Sender<Asked>,
    executor: &Arc<Executor<'static>>,
    unit: u64,
    step: Step,
) -> Result<u64, Halt> {
    // region: work
    Ok(match step {
        Step::Compute(microseconds) => compute(common.measure.seed(), microseconds),
        Step::Wait(time) => {
            Timer::after(time).await;
            1
        }
        Step::Send => ask(queue, Ask::Handle(unit)).await?,
        Step::Lock if common.has_owner() => {
            // The collector handles one message after the other: no lock.
            ask(queue, Ask::Add(1)).await?;
            0
        }
        // std's mutex will do: it is held for one addition, and never across `.await`.
        Step::Lock => common.add_one(),
        Step::Yield => {
            yield_now().await;
            1
        }
        Step::Read => sum_in(&fs::read(common.file.path()).await?),
        // Holds up this thread of the executor, and what it would have run next.
        Step::Block(time) => {
            thread::sleep(time);
            1
        }
        // A task for each, which any thread of the executor may run.
        Step::Parallel(inside) => {
            let branches = common.params.program.branches(inside);
            let spawn =
                |branch| executor.spawn(run_branch(Arc::clone(common), queue.clone(), Arc::clone(executor), unit, branch));
            let branches: Vec<_> = branches.map(spawn).collect();
            let mut sum = 0_u64;
            for branch in branches {
                sum = sum.wrapping_add(branch.await?);
            }
            sum
        }
    })
    // endregion
}

/// In a box, because a branch may have branches: a future cannot contain itself.
type Boxed = Pin<Box<dyn Future<Output = Result<u64, Halt>> + Send>>;

fn run_branch(common: Arc<Common>, queue: Sender<Asked>, executor: Arc<Executor<'static>>, unit: u64, steps: Stretch) -> Boxed {
    Box::pin(async move {
        let mut sum = 0_u64;
        let mut branch = Branch::new(&common);
        for step in common.params.program.steps_of(steps) {
            let part = run_step(&common, &queue, &executor, unit, step).await?;
            branch.done(step);
            sum = sum.wrapping_add(part);
        }
        Ok(sum)
    })
}

// region: wait
async fn ask(queue: &Sender<Asked>, what: Ask) -> Result<u64, Halt> {
    let gone = || Halt::Failed("the collector is gone".to_owned());
    let (reply, answer) = bounded(1);
    queue.send((what, reply)).await.map_err(|_| gone())?;
    answer.recv().await.map_err(|_| gone())
}
// endregion
