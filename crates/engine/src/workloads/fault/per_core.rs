//! A task per unit, on one of the cores, and a supervisor on each core that joins the tasks there: the runtime catches a panic,
//! drops the future and goes on with the others, on an arbiter of Actix's too. A replacement begins on the same core.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::tokio_tasks::live;
use super::{Faults, Params};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::Cores;

/// Starts the units of this core, and takes their ends as they come.
async fn supervise(core: usize, cores: usize, faults: &Arc<Faults>, gate: &Arc<AsyncGate>) -> Result<(), Halt> {
    let mut units = JoinSet::new();
    // A task that panicked cannot say which unit it was, but its id can.
    let mut unit_of = HashMap::new();
    // region: make
    for unit in (core..faults.params.units).step_by(cores) {
        unit_of.insert(units.spawn_local(live(faults.life(unit), Arc::clone(gate))).id(), unit);
    }
    // endregion
    // region: join
    while let Some(joined) = units.join_next_with_id().await {
        let (id, end) = match joined {
            Ok(ended) => ended,
            Err(error) => (error.id(), faults.join_error(error.try_into_panic()?)?),
        };
        if let Some(unit) = unit_of.remove(&id)
            && faults.replaces(end)
        {
            unit_of.insert(units.spawn_local(live(faults.life(unit), Arc::clone(gate))).id(), unit);
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
