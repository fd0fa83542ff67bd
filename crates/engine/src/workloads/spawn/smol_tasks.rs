//! A task per unit: one allocation, an entry in the executor's list of tasks, and a place in its queue.

use std::sync::Arc;

use smol::Executor;

use super::{Params, result};
use crate::measure::{Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let seed = measure.seed();
    // Room for all handles before the clock is read. A handle owns its task: dropped, it cancels it.
    let mut units = Vec::with_capacity(params.units);
    let mut answer = 0_u64;
    let (mut rounds, mut sampler) = (measure.rounds(1), measure.sampler(0, u64::MAX));
    let running = measure.start();
    while rounds.another().is_some() {
        for group in params.groups() {
            for unit in group {
                // region: make
                let task = async move { result(seed, unit) };
                // A task that is timed is inside another; the others carry nothing for that.
                units.push(match sampler.begin() {
                    None => executor.spawn(task),
                    Some(sample) => {
                        let measure = measure.clone();
                        executor.spawn(async move {
                            measure.sampled(sample);
                            task.await
                        })
                    }
                });
                // endregion
            }
            // region: join
            // Gets the results in the order in which the tasks were made.
            for unit in units.drain(..) {
                answer = answer.wrapping_add(unit.await);
            }
            // endregion
        }
    }
    drop(sampler);
    Ok(running.stop(answer))
}
