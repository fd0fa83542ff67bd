//! A task per unit. One wheel of timers serves them all, in ticks of one millisecond.

use std::time::Instant;

use tokio::time::sleep;

use super::{Oversleep, Params};
use crate::measure::{AsyncGate, Done, Growth, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let (gate, asleep) = (AsyncGate::new(params.units), AsyncGate::new(params.units));
    let (oversleep, mut growth) = (Oversleep::new(), Growth::default());
    // Handles in a `Vec`: a `JoinSet` would make one more allocation per task, which would be counted as the task's.
    let mut units = Vec::with_capacity(params.units);
    growth.read(0);
    for unit in 0..params.units {
        let (gate, asleep, measure, oversleep) = (gate.clone(), asleep.clone(), measure.clone(), oversleep.clone());
        // region: make
        units.push(tokio::spawn(async move {
            // endregion
            gate.wait().await;
            let mut waits = 0;
            let mut lap = measure.lap(unit, params.rounds);
            asleep.arrive();
            while lap.another().is_some() {
                let asked = Instant::now();
                // region: wait
                // At least this long: the deadline is rounded up to the next tick of the wheel. That makes a timer cheap to add
                // and to drop, and is why Tokio's are not for less than a millisecond. Its entry in the wheel is a part of this
                // future, not an allocation of its own.
                sleep(params.wait()).await;
                // endregion
                waits += oversleep.awake(params, asked);
                lap.done();
            }
            waits
        }));
    }

    // The clock is read when all wait and before they are let go: making them is not measured.
    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // What they take is read when they wait for what they are to wait for, and not at the gate.
    asleep.all_wait().await;
    growth.read(params.units);
    let mut waits = 0;
    // region: join
    for unit in units {
        waits += unit.await?;
    }
    // endregion
    Ok(oversleep.with_figures(running.stop(waits), &growth))
}
