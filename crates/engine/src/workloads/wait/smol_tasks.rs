//! A task per unit. The reactor keeps the timers in the order in which they end, and asks the kernel to be woken for the next.

use std::sync::Arc;
use std::time::Instant;

use smol::{Executor, Timer};

use super::{Oversleep, Params};
use crate::measure::{AsyncGate, Done, Growth, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let (gate, asleep) = (AsyncGate::new(params.units), AsyncGate::new(params.units));
    let (oversleep, mut growth) = (Oversleep::new(), Growth::default());
    let mut units = Vec::with_capacity(params.units);
    growth.read(0);
    for unit in 0..params.units {
        let (gate, asleep, measure, oversleep) = (gate.clone(), asleep.clone(), measure.clone(), oversleep.clone());
        // region: make
        units.push(executor.spawn(async move {
            // endregion
            gate.wait().await;
            let mut waits = 0;
            let mut lap = measure.lap(unit, params.rounds);
            asleep.arrive();
            while lap.another().is_some() {
                let asked = Instant::now();
                // region: wait
                // At least this long: the deadline is an entry in an ordered map, and is not rounded.
                Timer::after(params.wait()).await;
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
    // Awaited in the order of spawning. A handle that is dropped cancels its task, as happens if this function returns early.
    for unit in units {
        waits += unit.await;
    }
    // endregion
    Ok(oversleep.with_figures(running.stop(waits), &growth))
}
