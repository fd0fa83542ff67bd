//! A task per unit. The executor catches its panic and keeps it for the one that awaits the task. There it is raised again, and
//! must be caught once more.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::stream::{FuturesUnordered, StreamExt};
use smol::future::{FutureExt, yield_now};
use smol::{Executor, Task};

use super::{End, Faults, Life, Params};
use crate::measure::{AsyncGate, Done, Halt, Measure};

/// A replacement finds the gate open.
async fn live(mut life: Life, gate: Arc<AsyncGate>) -> End {
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

// region: join
/// Which unit, and how it ended.
async fn joined(unit: usize, task: Task<End>) -> (usize, Result<End, Box<dyn Any + Send>>) {
    // The second catch: the executor's own keeps its thread alive, this one keeps the supervisor alive.
    (unit, AssertUnwindSafe(task).catch_unwind().await)
}
// endregion

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let (gate, faults) = (AsyncGate::new(params.units), Faults::new(params, &measure));
    // region: make
    let spawn = |unit| joined(unit, executor.spawn(live(faults.life(unit), Arc::clone(&gate))));
    // Joins in the order in which they end: a unit that dies is replaced at once, whatever the others do.
    let mut units: FuturesUnordered<_> = (0..params.units).map(spawn).collect();
    // endregion

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    while let Some((unit, end)) = units.next().await {
        let end = end.or_else(|payload| faults.join_error(payload))?;
        if faults.replaces(end) {
            units.push(spawn(unit));
        }
    }
    // endregion
    Ok(faults.with_figures(running.stop(faults.answer())))
}
