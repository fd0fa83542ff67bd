//! A task per unit, on one of the cores. Each core has a wheel of timers of its own, in ticks of one millisecond.

use std::time::Instant;

use tokio::task::spawn_local;
use tokio::time::sleep;

use super::{Oversleep, Params};
use crate::measure::{AsyncGate, Done, Growth, Halt, Measure, Tally};
use crate::models::cores::Cores;

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let (gate, asleep) = (AsyncGate::new(params.units), AsyncGate::new(params.units));
    let (tally, oversleep, mut growth) = (Tally::new(params.units), Oversleep::new(), Growth::default());
    growth.read(0);
    for core in 0..cores.count() {
        let (gate, asleep, measure, oversleep) = (gate.clone(), asleep.clone(), measure.clone(), oversleep.clone());
        let (tally, count) = (tally.clone(), cores.count());
        // One task on each core makes the others there: what travels to a core does so in a box, which none of them shall keep.
        cores.spawn(core, move || async move {
            for unit in (core..params.units).step_by(count) {
                let (gate, asleep, measure, oversleep) = (gate.clone(), asleep.clone(), measure.clone(), oversleep.clone());
                let mut share = tally.share();
                // region: make
                spawn_local(async move {
                    // endregion
                    gate.wait().await;
                    let mut waits = 0;
                    let mut lap = measure.lap(unit, params.rounds);
                    asleep.arrive();
                    while lap.another().is_some() {
                        let asked = Instant::now();
                        // region: wait
                        // At least this long, rounded up to the next tick. No other core holds the wheel's lock.
                        sleep(params.wait()).await;
                        // endregion
                        waits += oversleep.awake(params, asked);
                        lap.done();
                    }
                    drop(lap);
                    share.report(waits);
                });
            }
        });
    }

    // The clock is read when all wait and before they are let go: making them is not measured.
    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // What they take is read when they wait for what they are to wait for, and not at the gate.
    asleep.all_wait().await;
    growth.read(params.units);
    // region: join
    let waits = tally.all().await?;
    // endregion
    Ok(oversleep.with_figures(running.stop(waits), &growth))
}
