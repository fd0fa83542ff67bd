//! A task per unit: an allocation for the task, one for its entry in the `JoinSet`, and a place in a worker's queue.

use tokio::task::JoinSet;

use super::{Params, work};
use crate::measure::{Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let seed = measure.seed();
    // A `JoinSet` owns its tasks: dropped, it aborts them. That costs a lock when a task is added and one when it ends, which a
    // `Vec` of `JoinHandle`s does not.
    let mut units = JoinSet::new();
    let mut answer = 0_u64;
    let running = measure.start();
    for group in params.groups() {
        for unit in group {
            let task = async move { work(seed, unit) };
            // A task that is timed is inside another; the others carry nothing for that.
            match params.sample(unit, &measure) {
                None => units.spawn(task),
                Some(sample) => {
                    let measure = measure.clone();
                    units.spawn(async move {
                        measure.sampled(sample);
                        task.await
                    })
                }
            };
        }
        // Gets the results in the order in which the tasks end.
        while let Some(part) = units.join_next().await {
            answer = answer.wrapping_add(part?);
        }
    }
    Ok(running.stop(answer))
}
