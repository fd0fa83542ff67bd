//! A task per unit: one allocation, an entry in the executor's list of tasks, and a place in its queue.

use std::sync::Arc;

use smol::Executor;

use super::{Params, work};
use crate::measure::{Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let seed = measure.seed();
    // Room for all handles before the clock is read. A handle owns its task: dropped, it cancels it.
    let mut units = Vec::with_capacity(params.units);
    let mut answer = 0_u64;
    let running = measure.start();
    for group in params.groups() {
        for unit in group {
            let task = async move { work(seed, unit) };
            // A task that is timed is inside another; the others carry nothing for that.
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
        // Gets the results in the order in which the tasks were made.
        for unit in units.drain(..) {
            answer = answer.wrapping_add(unit.await);
        }
    }
    Ok(running.stop(answer))
}
