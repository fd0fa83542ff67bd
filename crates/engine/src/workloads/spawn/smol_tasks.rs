//! A task a unit: one allocation, and a place in the executor's queue.

use std::sync::Arc;

use smol::Executor;

use super::{Params, work};
use crate::measure::{Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let seed = measure.seed();
    let mut units = Vec::with_capacity(params.units);
    let mut answer = 0_u64;
    let running = measure.start();
    for group in params.groups() {
        for unit in group {
            let task = async move { work(seed, unit) };
            // Where it is timed it is inside another: the others keep nothing for that.
            units.push(match params.sample(unit, &measure) {
                None => executor.spawn(task),
                Some(sample) => {
                    let measure = measure.clone();
                    executor.spawn(async move {
                        measure.sampled(sample);
                        task.await
                    })
                }
            });
        }
        for unit in units.drain(..) {
            answer = answer.wrapping_add(unit.await);
        }
    }
    Ok(running.stop(answer))
}
