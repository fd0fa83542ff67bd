//! A task per unit. The reactor keeps the timers in the order in which they end, and asks the kernel to be woken for the next.

use std::sync::Arc;

use smol::{Executor, Timer};

use super::Params;
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for _ in 0..params.units {
        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        units.push(executor.spawn(async move {
            gate.wait().await;
            let mut waits = 0;
            let mut lap = measure.lap();
            for _ in 0..params.rounds {
                // At least this long: the deadline is an entry in an ordered map, and is not rounded.
                Timer::after(params.wait()).await;
                lap.done();
                waits += 1;
            }
            waits
        }));
    }

    // The clock is read when all wait and before they are let go: making them is not measured.
    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut waits = 0;
    // Awaited in the order of spawning. A handle that is dropped cancels its task, as happens if this function returns early.
    for unit in units {
        waits += unit.await;
    }
    Ok(running.stop(waits))
}
