//! A task per unit, on one of the cores. It goes to the end of its core's queue.

use super::{Params, with_figures};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::{Cores, yield_now};

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally) = (AsyncGate::new(params.units), Tally::new(params.units));
    for unit in 0..params.units {
        let (gate, measure, mut share) = (gate.clone(), measure.clone(), tally.share());
        // region: make
        cores.spawn(unit, move || async move {
            // endregion
            gate.wait().await;
            let mut yields = 0;
            let mut lap = measure.sampled_lap(unit, params.yields);
            while lap.another().is_some() {
                // region: wait
                // compio has no yield of its own: this one wakes itself. The ring is looked at after some dozens of tasks.
                yield_now().await;
                // endregion
                yields += 1;
                lap.done();
            }
            drop(lap);
            share.report(yields);
        });
    }

    // The clock is read when all wait and before they are let go: making them is not measured.
    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    let yields = tally.all().await?;
    // endregion
    Ok(with_figures(running.stop(yields)))
}
