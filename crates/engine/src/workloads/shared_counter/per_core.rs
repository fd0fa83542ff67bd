//! A task per unit, on one of the cores and never on another. What they share, and the owner that they ask, are those of Tokio's
//! tasks, see there: its mutex and its channels need no runtime. An owner is on the first core, so that the units of another
//! wake its thread, and it theirs.

use std::sync::Arc;

use super::tokio_tasks::{Counter, own};
use super::{How, Params};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::{Cores, yield_now};

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let (counter, asked) = Counter::new(params);
    cores.spawn(0, move || own(asked));
    let (gate, tally) = (AsyncGate::new(params.units), Tally::new(params.units));
    for unit in 0..params.units {
        let (gate, counter, measure, mut share) = (Arc::clone(&gate), counter.clone(), measure.clone(), tally.share());
        // region: make
        cores.spawn(unit, move || async move {
            // endregion
            gate.wait().await;
            let mut adding = params.adding(unit, &measure);
            while let Some(increments) = adding.another(params) {
                // region: wait
                // If the owner is gone, this unit ends without a report, and the tally says so.
                let Ok(()) = counter.add(increments).await else { return };
                adding.done(increments);
                // Neither std's mutex nor an atomic number lets others run. A task that asks an owner has given way in doing so.
                if params.how != How::Owner {
                    yield_now().await;
                }
                // endregion
            }
            drop(adding);
            share.report(0);
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    tally.all().await?;
    // endregion
    Ok(running.stop(counter.sum().await?))
}
