//! A task a unit. One wheel of timers serves them all, in ticks of a millisecond.

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
                sleep(params.wait()).await;
                lap.done();
                waits += 1;
            }
            waits
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut waits = 0;
    while let Some(done) = units.join_next().await {
        waits += done?;
    }
    Ok(running.stop(waits))
}
