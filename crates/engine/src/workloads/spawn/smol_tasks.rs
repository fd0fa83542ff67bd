//! A task a unit: one allocation, and a place in the executor's queue.

use std::sync::Arc;
use std::time::Instant;

use smol::Executor;

use super::{Params, work};
use crate::measure::{Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let mut units = Vec::with_capacity(params.units);
    let mut answer = 0_u64;
    let running = measure.start();
    for group in params.groups() {
        for unit in group {
            let measure = measure.clone();
            let asked = Instant::now();
            units.push(executor.spawn(async move {
                measure.record(asked.elapsed());
                work(measure.seed(), unit)
            }));
        }
        for unit in units.drain(..) {
            answer = answer.wrapping_add(unit.await);
        }
    }
    Ok(running.stop(answer))
}
