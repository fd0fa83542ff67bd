//! A task per unit. With Tokio's own yield it is put aside until its worker has nothing else that is ready; so a part of each
//! yield is a look at the driver. One that wakes itself goes to the end of its worker's queue.

use tokio::task::{JoinSet, yield_now};

use super::{How, Params, with_figures};
use crate::measure::{AsyncGate, Done, Halt, Measure};
use crate::models::cores::yield_now as wake_itself;

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut units = JoinSet::new();
    for unit in 0..params.units {
        let (gate, measure) = (gate.clone(), measure.clone());
        // region: make
        units.spawn(async move {
            // endregion
            gate.wait().await;
            let mut yields = 0_u64;
            let mut lap = measure.sampled_lap(unit, params.yields);
            while lap.another().is_some() {
                // region: wait
                match params.how {
                    // Does not go to the end of the queue: the worker keeps it apart, and wakes it after it has run out of ready
                    // tasks and has polled the driver for sockets and timers. With few units per worker that comes often.
                    How::Runtime => yield_now().await,
                    // Woken while it runs, a task is put at the end of its worker's queue, from where another may steal it.
                    How::Itself => wake_itself().await,
                }
                // endregion
                yields += 1;
                lap.done();
            }
            yields
        });
    }

    // The clock is read when all wait and before they are let go: making them is not measured.
    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut yields = 0;
    // region: join
    // A `JoinSet` hands tasks back as they end, and aborts those that are left if this function returns early with an error.
    while let Some(unit) = units.join_next().await {
        yields += unit?;
    }
    // endregion
    Ok(with_figures(running.stop(yields)))
}
