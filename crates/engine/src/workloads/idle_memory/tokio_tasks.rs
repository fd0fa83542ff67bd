//! A task per unit: what it keeps across its `.await`, in one allocation.

use std::sync::Arc;

use super::{Params, STEPS};
use crate::measure::{AsyncGate, Done, Growth, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut growth = Growth::default();
    // Handles in a `Vec`: a `JoinSet` would make one more allocation per task, which would be counted as the task's.
    let mut units = Vec::with_capacity(params.units);
    let running = measure.start();
    for _ in 0..STEPS {
        for _ in 0..params.units / STEPS {
            let gate = Arc::clone(&gate);
            let unit = async move { gate.wait().await };
            // A task that is timed is inside another; the others carry nothing for that.
            units.push(match params.sample(units.len(), &measure) {
                None => tokio::spawn(unit),
                Some(sample) => {
                    let measure = measure.clone();
                    tokio::spawn(async move {
                        measure.sampled(sample);
                        unit.await;
                    })
                }
            });
        }
        // Memory is read when all units so far are parked: one that is still starting would not be counted in full.
        gate.so_many_wait(units.len()).await;
        growth.read(units.len());
    }
    let mut done = running.stop(units.len() as u64);
    done.extra = growth.per_unit();

    // After the measured part: the gate is only what the tasks are parked at.
    gate.open();
    for unit in units {
        unit.await?;
    }
    Ok(done)
}
