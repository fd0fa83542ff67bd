//! A task a stage. A stage whose queue is empty is put aside, and so is one whose next queue is full.

use tokio::sync::mpsc::channel;

use super::{Item, Occupancy, Params, with_figures};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    // The stages, and whoever puts the items in.
    let gate = AsyncGate::new(params.units + 1);
    let (first, mut incoming) = channel::<Item>(params.capacity);
    let mut stages = Vec::with_capacity(params.units);
    for _ in 0..params.units {
        let (next, after) = channel(params.capacity);
        let mut from_last = std::mem::replace(&mut incoming, after);
        let gate = gate.clone();
        stages.push(tokio::spawn(async move {
            gate.wait().await;
            let mut occupancy = Occupancy::default();
            // Ends when the stage before has: the queues are closed one after the other.
            while let Some(item) = from_last.recv().await {
                occupancy.look((from_last.len() + 1).min(params.capacity));
                if next.send(item.worked(params)).await.is_err() {
                    break;
                }
            }
            occupancy
        }));
    }
    let source = tokio::spawn({
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
    while let Some(item) = incoming.recv().await {
        measure.record_since(item.put_in);
        answer = answer.wrapping_add(item.value);
    }
    let done = running.stop(answer);
    source.await?;
    let mut occupancies = Vec::with_capacity(params.units);
    for stage in stages {
        occupancies.push(stage.await?);
    }
    Ok(with_figures(params, done, &occupancies))
}
