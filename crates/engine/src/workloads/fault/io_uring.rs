//! A task per unit, on one of the cores, and a supervisor on each core that joins the tasks there. compio catches a panic and
//! hands it to the one that awaits the task. A replacement begins on the same core.

use std::sync::Arc;

use compio::runtime::{JoinError, JoinHandle, spawn};
use futures_util::stream::{FuturesUnordered, StreamExt};

use super::{End, Faults, Life, Params};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::{Cores, yield_now};

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

/// Which unit, and how it ended.
async fn joined(unit: usize, task: JoinHandle<End>) -> (usize, Result<End, JoinError>) {
    (unit, task.await)
}

/// Starts the units of this core, and takes their ends as they come.
async fn supervise(core: usize, cores: usize, faults: &Arc<Faults>, gate: &Arc<AsyncGate>) -> Result<(), Halt> {
    // region: make
    let start = |unit| joined(unit, spawn(live(faults.life(unit), Arc::clone(gate))));
    let mut units: FuturesUnordered<_> = (core..faults.params.units).step_by(cores).map(start).collect();
    // endregion
    // region: join
    while let Some((unit, end)) = units.next().await {
        let end = match end {
            Ok(end) => end,
            Err(JoinError::Panicked(payload)) => faults.join_error(payload)?,
            Err(error @ JoinError::Cancelled) => return Err(Halt::Failed(error.to_string())),
        };
        if faults.replaces(end) {
            units.push(start(unit));
        }
    }
    // endregion
    Ok(())
}

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let (gate, faults) = (AsyncGate::new(params.units), Faults::new(params, &measure));
    let tally = Tally::new(cores.count());
    for core in 0..cores.count() {
        let (gate, faults, mut share, count) = (Arc::clone(&gate), Arc::clone(&faults), tally.share(), cores.count());
        cores.spawn(core, move || async move {
            // If that fails, this one ends without a report, and the tally says so.
            if supervise(core, count, &faults, &gate).await.is_ok() {
                share.report(0);
            }
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    tally.all().await?;
    Ok(faults.with_figures(running.stop(faults.answer())))
}
