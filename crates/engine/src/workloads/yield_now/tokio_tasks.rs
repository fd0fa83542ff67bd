//! A task per unit. It is put aside until its worker has nothing else that is ready; so a part of each yield is a look at the
//! driver.

use tokio::task::{JoinSet, yield_now};

use super::{BATCH, Params};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut units = JoinSet::new();
    for _ in 0..params.units {
        let (gate, measure) = (gate.clone(), measure.clone());
        units.spawn(async move {
            gate.wait().await;
            let mut yields = 0;
            let mut lap = measure.lap();
            while yields < params.yields {
                // Timed in batches: one yield is too short for a clock reading of its own.
                for _ in 0..BATCH {
                    // Does not go to the end of the queue: the worker keeps it apart, and wakes it after it has run out of ready
                    // tasks and has polled the driver for sockets and timers. With few units per worker that comes often.
                    yield_now().await;
                }
                yields += BATCH;
                lap.done_batch(BATCH);
            }
            yields
        });
    }

    // The clock is read when all wait and before they are let go: making them is not measured.
    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut yields = 0;
    // A `JoinSet` hands tasks back as they end, and aborts those that are left if this function returns early with an error.
    while let Some(unit) = units.join_next().await {
        yields += unit?;
    }
    Ok(running.stop(yields).with_cpu_per_operation("switch_ns"))
}
