//! A task per unit. One wheel of timers serves them all, in ticks of one millisecond.

use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::sleep;

use super::Params;
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut units = JoinSet::new();
    for _ in 0..params.units {
        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        units.spawn(async move {
            gate.wait().await;
            let mut waits = 0;
            let mut lap = measure.lap();
            for _ in 0..params.rounds {
                // At least this long: the deadline is rounded up to the next tick of the wheel. That makes a timer cheap to add
                // and to drop, and is why Tokio's are not for less than a millisecond.
                sleep(params.wait()).await;
                lap.done();
                waits += 1;
            }
            waits
        });
    }

    // The clock is read when all wait and before they are let go: making them is not measured.
    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut waits = 0;
    // A `JoinSet` hands tasks back as they end, and aborts those that are left if this function returns early with an error.
    while let Some(done) = units.join_next().await {
        waits += done?;
    }
    Ok(running.stop(waits))
}
