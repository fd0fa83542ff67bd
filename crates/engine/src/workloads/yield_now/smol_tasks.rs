//! A task per unit. It goes to the end of the executor's queue, of which each thread takes a batch at a time.

use std::sync::Arc;

use smol::Executor;
use smol::future::yield_now;

use super::{Params, with_figures};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, measure) = (gate.clone(), measure.clone());
        // region: make
        units.push(executor.spawn(async move {
            // endregion
            gate.wait().await;
            let mut yields = 0_u64;
            let mut lap = measure.sampled_lap(unit, params.yields);
            while lap.another().is_some() {
                // region: wait
                // smol's own is the one that wakes itself, and so is put back into the queue at once. The reactor is not asked in
                // between, but after a few hundred tasks.
                yield_now().await;
                // endregion
                yields += 1;
                lap.done();
            }
            yields
        }));
    }

    // The clock is read when all wait and before they are let go: making them is not measured.
    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut yields = 0;
    // region: join
    // Awaited in the order of spawning. A handle that is dropped cancels its task, as happens if this function returns early.
    for unit in units {
        yields += unit.await;
    }
    // endregion
    Ok(with_figures(running.stop(yields)))
}
