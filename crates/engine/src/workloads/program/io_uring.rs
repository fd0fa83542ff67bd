//! A task per unit, on one of the cores, and one that collects on the first. A wait is a timer of compio's, and a file is opened,
//! read and closed by the kernel, which is handed each of these as a whole: no thread of the process waits for it.

use std::pin::Pin;
use std::sync::Arc;
use std::thread;

use compio::fs;
use compio::runtime::spawn;
use compio::time::sleep;
use tokio::sync::mpsc;

use super::file::sum_in;
use super::steps::{Step, Stretch};
use super::tokio_tasks::{Asked, ask, collect};
use super::{Ask, Branch, Common, Course, Params, QUEUE, compute};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::{Cores, yield_now};

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally, common) = (AsyncGate::new(params.units), Tally::new(params.units), Common::new(params, &measure)?);
    // Bounded: if the collector cannot keep up, those that ask it wait. The channels are Tokio's, and need no runtime.
    let (queue, asked) = mpsc::channel(QUEUE);
    // region: make
    cores.spawn(0, move || collect(asked));
    // endregion
    for unit in 0..params.units {
        let (gate, common, queue, mut share) = (gate.clone(), Arc::clone(&common), queue.clone(), tally.share());
        // region: make
        cores.spawn(unit, move || async move {
            // endregion
            gate.wait().await;
            // If a step fails, this unit ends without a report, and the tally says so.
            if let Ok(sum) = run_program(&common, &queue, unit as u64).await {
                share.report(sum);
            }
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    let sum = tally.all().await?;
    // Adds nothing: what it counted is in the answer. Then the last sender is dropped, and the collector ends.
    let counted = ask(&queue, Ask::Add(0)).await?;
    // endregion
    Ok(common.stop(running, sum.wrapping_add(counted)))
}

async fn run_program(common: &Arc<Common>, queue: &mpsc::Sender<Asked>, unit: u64) -> Result<u64, Halt> {
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
        // Holds up this core, and every task on it: a task cannot move to another.
        Step::Block(time) => {
            thread::sleep(time);
            1
        }
        // A task for each, on this core: they wait at once, and compute in turn.
        Step::Parallel(inside) => {
            let branches = common.params.program.branches(inside);
            let branches: Vec<_> =
                branches.map(|branch| spawn(run_branch(Arc::clone(common), queue.clone(), unit, branch))).collect();
            let mut sum = 0_u64;
            for branch in branches {
                let part = branch.await.map_err(|_| Halt::Failed("a branch panicked".to_owned()))?;
                sum = sum.wrapping_add(part?);
            }
            sum
        }
    })
    // endregion
}

/// In a box, because a branch may have branches: a future cannot contain itself.
type Boxed = Pin<Box<dyn Future<Output = Result<u64, Halt>>>>;

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
