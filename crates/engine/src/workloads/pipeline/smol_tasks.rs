//! A task per stage. A stage whose queue is empty is put aside, and so is one whose next queue is full.

use std::sync::Arc;

use smol::Executor;
use smol::channel::bounded;

use super::{Item, Occupancy, Params, with_figures};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    // The stages, and the task that puts the items in.
    let gate = AsyncGate::new(params.units + 1);
    let (first, mut incoming) = bounded::<Item>(params.capacity);
    let mut stages = Vec::with_capacity(params.units);
    for _ in 0..params.units {
        let (next, after) = bounded(params.capacity);
        // Each stage takes the receiving end of the queue before it, and leaves that of the queue behind it to the next.
        let from_last = std::mem::replace(&mut incoming, after);
        let gate = gate.clone();
        stages.push(executor.spawn(async move {
            gate.wait().await;
            let mut occupancy = Occupancy::default();
            // Ends when the stage before has: that drops its sender, and so the queues close one after the other.
            while let Ok(item) = from_last.recv().await {
                occupancy.look((from_last.len() + 1).min(params.capacity));
                // Is put aside while the next queue is full, and takes nothing out of its own meanwhile, which fills: that is
                // backpressure.
                if next.send(item.worked(params)).await.is_err() {
                    break;
                }
            }
            occupancy
        }));
    }
    let source = executor.spawn({
        let gate = gate.clone();
        async move {
            gate.wait().await;
            for number in 0..params.items {
                if first.send(Item::new(number)).await.is_err() {
                    break;
                }
            }
        }
    });

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut answer = 0_u64;
    // This task takes out what the last stage sends, through one more queue.
    while let Ok(item) = incoming.recv().await {
        measure.record_since(item.put_in);
        answer = answer.wrapping_add(item.value);
    }
    let done = running.stop(answer);
    source.await;
    let mut occupancies = Vec::with_capacity(params.units);
    for stage in stages {
        occupancies.push(stage.await);
    }
    Ok(with_figures(params, done, &occupancies))
}
