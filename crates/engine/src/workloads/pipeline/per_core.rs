//! A task per stage, all on one core, as tasks are that spawn each other: the stages take turns there. Or on all cores in turn,
//! if that is asked for: then they work at the same time, and to hand an item on can wake a thread.

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;

use super::{Item, Outcome, Params, Work, answer_of, gone, with_figures, works};
use crate::measure::{AsyncGate, Done, Halt, Measure};
use crate::models::cores::Cores;

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    // The stages, and the task that puts the items in.
    let gate = AsyncGate::new(params.units + 1);
    let (items, works) = works(params, &measure);
    let (first, mut incoming) = channel::<Item>(params.capacity);
    let mut stages = Vec::with_capacity(params.units);
    for (number, work) in works.into_iter().enumerate() {
        // Each stage takes the receiving end of the queue before it, and leaves that of the queue behind it to the next.
        let (next, after) = channel(params.capacity);
        let from_last = std::mem::replace(&mut incoming, after);
        let next = (number + 1 < params.units).then_some(next);
        let (gate, (tell, told)) = (gate.clone(), oneshot::channel());
        // region: make
        cores.spawn_among((0, number + 1), move || async move {
            // endregion
            gate.wait().await;
            let _ = tell.send(stage(work, from_last, next).await);
        });
        stages.push(told);
    }
    let arrived = gate.clone();
    cores.spawn_among((0, 0), move || async move {
        arrived.wait().await;
        // region: wait
        for item in items {
            if first.send(item).await.is_err() {
                break;
            }
        }
        // endregion
    });

    let mut outcomes = Vec::with_capacity(params.units);
    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    // A stage that panicked drops its end of the `oneshot` untold.
    for told in stages {
        outcomes.push(told.await.map_err(|_| gone())?);
    }
    // endregion
    let done = running.stop(answer_of(&outcomes));
    Ok(with_figures(params, done, &outcomes))
}

// region: work
/// Ends when the stage before has: that drops its sender, and so the queues close one after the other.
async fn stage(mut work: Work, mut from_last: Receiver<Item>, next: Option<Sender<Item>>) -> Outcome {
    while let Some(item) = from_last.recv().await {
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
