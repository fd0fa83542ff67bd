//! A task per stage. A stage whose queue is empty is put aside, and so is one whose next queue is full.

use std::sync::Arc;

use smol::Executor;
use smol::channel::{Receiver, Sender, bounded};

use super::{Item, Outcome, Params, Work, answer_of, with_figures, works};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    // The stages, and the task that puts the items in.
    let gate = AsyncGate::new(params.units + 1);
    let (items, works) = works(params, &measure);
    let (first, mut incoming) = bounded::<Item>(params.capacity);
    let mut stages = Vec::with_capacity(params.units);
    for (number, work) in works.into_iter().enumerate() {
        // Each stage takes the receiving end of the queue before it, and leaves that of the queue behind it to the next.
        let (next, after) = bounded(params.capacity);
        let from_last = std::mem::replace(&mut incoming, after);
        let next = (number + 1 < params.units).then_some(next);
        let gate = gate.clone();
        // region: make
        stages.push(executor.spawn(async move {
            // endregion
            gate.wait().await;
            stage(work, from_last, next).await
        }));
    }
    let source = executor.spawn({
        let gate = gate.clone();
        async move {
            gate.wait().await;
            // region: wait
            for item in items {
                if first.send(item).await.is_err() {
                    break;
                }
            }
            // endregion
        }
    });

    let mut outcomes = Vec::with_capacity(params.units);
    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    source.await;
    // Awaited in their order. A handle that is dropped cancels its task, as happens if this function returns early.
    for stage in stages {
        outcomes.push(stage.await);
    }
    // endregion
    let done = running.stop(answer_of(&outcomes));
    Ok(with_figures(params, done, &outcomes))
}

// region: work
/// Ends when the stage before has: that drops its sender, and so the queues close one after the other.
async fn stage(mut work: Work, from_last: Receiver<Item>, next: Option<Sender<Item>>) -> Outcome {
    while let Ok(item) = from_last.recv().await {
        let item = work.on(item);
        match &next {
            // Is put aside while the next queue is full, and takes nothing out of its own meanwhile, which fills: that is
            // backpressure.
            Some(next) => {
                if next.send(item).await.is_err() {
                    break;
                }
            }
            None => work.out(item),
        }
    }
    work.outcome
}
// endregion
