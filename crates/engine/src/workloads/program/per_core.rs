//! A task per unit, on one of the cores, and one that collects on the first. The steps are those of Tokio's tasks, see there:
//! each core has a runtime of Tokio's, with timers and a pool of threads for blocking calls of its own, on an arbiter of Actix's
//! too.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::tokio_tasks::{ask, collect, run_program};
use super::{Ask, Common, Params, QUEUE};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::Cores;

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally, common) = (AsyncGate::new(params.units), Tally::new(params.units), Common::new(params, &measure)?);
    // Bounded: if the collector cannot keep up, those that ask it wait. A unit on another core wakes its thread.
    let (queue, asked) = mpsc::channel(QUEUE);
    // region: make
    cores.spawn(0, move || collect(asked));
    // endregion
    for unit in 0..params.units {
        let (gate, common, queue, mut share) = (gate.clone(), Arc::clone(&common), queue.clone(), tally.share());
        // region: make
        cores.spawn(unit, move || async move {
            // endregion
            gate.wait().await;
            // region: work
            // A step that blocks holds up this core, and every task on it: a task cannot move to another. If a step fails, this
            // unit ends without a report, and the tally says so.
            if let Ok(sum) = run_program(&common, &queue, unit as u64).await {
                share.report(sum);
            }
            // endregion
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    let sum = tally.all().await?;
    // Adds nothing: what it counted is in the answer. Then the last sender is dropped, and the collector ends.
    let counted = ask(&queue, Ask::Add(0)).await?;
    // endregion
    Ok(common.stop(running, sum.wrapping_add(counted)))
}
