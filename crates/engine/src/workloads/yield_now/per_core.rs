//! A task per unit, on one of the cores and never on another: nobody steals it, and no other core's lock is in the way.

use tokio::task::yield_now;

use super::{How, Params, with_figures};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::{Cores, yield_now as wake_itself};

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
                match params.how {
                    // Goes on after its core has run out of ready tasks and has polled the driver for sockets and timers.
                    How::Runtime => yield_now().await,
                    // At the end of its core's queue at once; the driver is polled after some dozens of tasks.
                    How::Itself => wake_itself().await,
                }
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
    // region: join
    gate.open();
    // endregion
    let yields = tally.all().await?;
    Ok(with_figures(running.stop(yields)))
}
