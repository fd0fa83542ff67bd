//! A task per unit. The runtime catches its panic, drops its future and goes on with the others; the join gets a `JoinError`.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::{JoinSet, yield_now};

use super::{End, Faults, Life, Params};
use crate::measure::{AsyncGate, Done, Halt, Measure};

/// A replacement finds the gate open.
pub(super) async fn live(mut life: Life, gate: Arc<AsyncGate>) -> End {
    gate.wait().await;
    // region: work
    while life.goes_on() {
        life.piece();
        // Gives way between two pieces: an end is noticed, and a replacement begins, while the other units still work.
        yield_now().await;
    }
    // endregion
    life.hand_over()
}

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let (gate, faults) = (AsyncGate::new(params.units), Faults::new(params, &measure));
    // Joins in the order in which they end: a unit that dies is replaced at once, whatever the others do.
    let mut units = JoinSet::new();
    // A task that panicked cannot say which unit it was, but its id can.
    let mut unit_of = HashMap::with_capacity(params.units);
    // region: make
    for unit in 0..params.units {
        unit_of.insert(units.spawn(live(faults.life(unit), Arc::clone(&gate))).id(), unit);
    }
    // endregion

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    while let Some(joined) = units.join_next_with_id().await {
        let (id, end) = match joined {
            Ok(ended) => ended,
            Err(error) => (error.id(), faults.join_error(error.try_into_panic()?)?),
        };
        if let Some(unit) = unit_of.remove(&id)
            && faults.replaces(end)
        {
            unit_of.insert(units.spawn(live(faults.life(unit), Arc::clone(&gate))).id(), unit);
        }
    }
    // endregion
    Ok(faults.with_figures(running.stop(faults.answer())))
}
