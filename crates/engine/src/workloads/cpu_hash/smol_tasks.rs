//! A task per unit. As on Tokio it gives way by itself, between two chains.

use std::sync::Arc;

use smol::Executor;
use smol::future::yield_now;

use super::{Params, chain, first_link, part};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        // region: make
        units.push(executor.spawn(async move {
            // endregion
            let mut link = first_link(measure.seed(), unit);
            gate.wait().await;
            let mut lap = measure.lap(unit, params.rounds);
            // region: work
            while lap.another().is_some() {
                link = chain(link, params.hashes);
                lap.done();
                // Without this the task would keep its thread until its last chain. It goes on when it comes round again in the
                // executor's queue, at whose end it is put at once.
                yield_now().await;
            }
            // endregion
            part(&link)
        }));
    }

    // The clock is read when all wait and before they are let go: making them is not measured.
    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut answer = 0_u64;
    // region: join
    // Awaited in the order of spawning. A handle that is dropped cancels its task, as happens if this function returns early.
    for unit in units {
        answer = answer.wrapping_add(unit.await);
    }
    // endregion
    Ok(running.stop(answer))
}
