//! A task per unit, on one of the cores and never on another. It gives way by itself, between two chains.

use std::sync::Arc;

use super::{Params, chain, first_link, part};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::{Cores, yield_now};

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally) = (AsyncGate::new(params.units), Tally::new(params.units));
    for unit in 0..params.units {
        let (gate, measure, mut share) = (Arc::clone(&gate), measure.clone(), tally.share());
        // region: make
        cores.spawn(unit, move || async move {
            // endregion
            let mut link = first_link(measure.seed(), unit);
            gate.wait().await;
            let mut lap = measure.lap(unit, params.rounds);
            // region: work
            while lap.another().is_some() {
                link = chain(link, params.hashes);
                lap.done();
                // Without this the task would keep its core until its last chain.
                yield_now().await;
            }
            // endregion
            drop(lap);
            share.report(part(&link));
        });
    }

    // The clock is read when all wait and before they are let go: making them is not measured.
    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    let answer = tally.all().await?;
    // endregion
    Ok(running.stop(answer))
}
