//! A task per unit. Nothing interrupts a task: it gives way by itself, between two chains. (A service would move work like this
//! to `spawn_blocking` or to a pool, so that it does not hold up the tasks that wait for sockets; here there are none.)

use std::sync::Arc;

use tokio::task::{JoinSet, yield_now};

use super::{Params, chain, first_link, part};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut units = JoinSet::new();
    for unit in 0..params.units {
        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        // region: make
        units.spawn(async move {
            // endregion
            let mut link = first_link(measure.seed(), unit);
            gate.wait().await;
            let mut lap = measure.lap(unit, params.rounds);
            // region: work
            while lap.another().is_some() {
                link = chain(link, params.hashes);
                lap.done();
                // Without this the task would keep its worker until its last chain. It goes on when the worker has run what else
                // was ready, and has polled the driver for sockets and timers.
                yield_now().await;
            }
            // endregion
            part(&link)
        });
    }

    // The clock is read when all wait and before they are let go: making them is not measured.
    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut answer = 0_u64;
    // region: join
    // A `JoinSet` hands tasks back as they end, and aborts those that are left if this function returns early with an error.
    while let Some(part) = units.join_next().await {
        answer = answer.wrapping_add(part?);
    }
    // endregion
    Ok(running.stop(answer))
}
