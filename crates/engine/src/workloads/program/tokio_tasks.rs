//! A task per unit, and one that collects. A task gives way when it awaits; it does not while it computes, holds std's mutex for
//! a moment, or blocks. `tokio::fs` hands a read to a thread of the blocking pool, of which there are 512 at most, and so as many
//! files are open.

use std::pin::Pin;
use std::sync::Arc;
use std::thread;

use tokio::fs;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinSet, yield_now};
use tokio::time::sleep;

use super::file::sum_in;
use super::steps::{Step, Stretch};
use super::{Ask, Branch, Collector, Common, Course, Params, QUEUE, compute};
use crate::measure::{AsyncGate, Done, Halt, Measure};

/// What is asked, and where the answer goes.
pub(super) type Asked = (Ask, oneshot::Sender<u64>);

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let (gate, common) = (AsyncGate::new(params.units), Common::new(params, &measure)?);
    // Bounded: if the collector cannot keep up, those that ask it wait.
    let (queue, asked) = mpsc::channel(QUEUE);
    // region: make
    let collector = tokio::spawn(collect(asked));
    // endregion
    let mut units = JoinSet::new();
    for unit in 0..params.units {
        let (gate, common, queue) = (gate.clone(), Arc::clone(&common), queue.clone());
        // region: make
        units.spawn(async move {
            // endregion
            gate.wait().await;
            run_program(&common, &queue, unit as u64).await
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    let mut sum = 0_u64;
    while let Some(unit) = units.join_next().await {
        sum = sum.wrapping_add(unit??);
    }
    // Adds nothing: what it counted is in the answer.
    let counted = ask(&queue, Ask::Add(0)).await?;
    // endregion
    let done = common.stop(running, sum.wrapping_add(counted));
    // The last sender: the channel closes, and the collector ends.
    drop(queue);
    collector.await?;
    Ok(done)
}

// region: answer
/// Ends when every unit has.
pub(super) async fn collect(mut asked: mpsc::Receiver<Asked>) {
    let mut collector = Collector::default();
    while let Some((what, reply)) = asked.recv().await {
        let _ = reply.send(collector.answer(what));
    }
}
// endregion

pub(super) async fn run_program(common: &Arc<Common>, queue: &mpsc::Sender<Asked>, unit: u64) -> Result<u64, Halt> {
    let mut sum = 0_u64;
    let mut course = Course::new(common, unit);
    while course.another() {
        for step in common.params.program.steps() {
            let part = run_step(common, queue, unit, step).await?;
            course.done(step);
            sum = sum.wrapping_add(part);
        }
        course.round_done();
    }
    Ok(sum)
}

async fn run_step(common: &Arc<Common>, queue: &mpsc::Sender<Asked>, unit: u64, step: Step) -> Result<u64, Halt> {
    // region: work
    Ok(match step {
        Step::Compute(microseconds) => compute(common.measure.seed(), microseconds),
        Step::Wait(time) => {
            sleep(time).await;
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
        // Holds up this worker, and what it would have run next.
        Step::Block(time) => {
            thread::sleep(time);
            1
        }
        // A task for each, which any worker of this runtime may run.
        Step::Parallel(inside) => {
            let mut branches = JoinSet::new();
            for branch in common.params.program.branches(inside) {
                branches.spawn(run_branch(Arc::clone(common), queue.clone(), unit, branch));
            }
            let mut sum = 0_u64;
            while let Some(branch) = branches.join_next().await {
                sum = sum.wrapping_add(branch??);
            }
            sum
        }
    })
    // endregion
}

/// In a box, because a branch may have branches: a future cannot contain itself.
type Boxed = Pin<Box<dyn Future<Output = Result<u64, Halt>> + Send>>;

fn run_branch(common: Arc<Common>, queue: mpsc::Sender<Asked>, unit: u64, steps: Stretch) -> Boxed {
    Box::pin(async move {
        let mut sum = 0_u64;
        let mut branch = Branch::new(&common);
        for step in common.params.program.steps_of(steps) {
            let part = run_step(&common, &queue, unit, step).await?;
            branch.done(step);
            sum = sum.wrapping_add(part);
        }
        Ok(sum)
    })
}

// region: wait
pub(super) async fn ask(queue: &mpsc::Sender<Asked>, what: Ask) -> Result<u64, Halt> {
    let gone = || Halt::Failed("the collector is gone".to_owned());
    let (reply, answer) = oneshot::channel();
    queue.send((what, reply)).await.map_err(|_| gone())?;
    answer.await.map_err(|_| gone())
}
// endregion
