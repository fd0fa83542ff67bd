//! A task a unit. The reactor keeps the timers in the order in which they end, and asks the kernel to be woken for the next.

use std::sync::Arc;

use smol::{Executor, Timer};

use super::Params;
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for _ in 0..params.units {
        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        units.push(executor.spawn(async move {
            gate.wait().await;
            let mut waits = 0;
            let mut lap = measure.lap();
            for _ in 0..params.rounds {
                Timer::after(params.wait()).await;
                lap.done();
                waits += 1;
            }
            waits
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut waits = 0;
    for unit in units {
        waits += unit.await;
    }
    Ok(running.stop(waits))
}
