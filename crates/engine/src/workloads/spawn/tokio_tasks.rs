//! A task a unit: one allocation, and a place in a worker's queue.

use tokio::task::JoinSet;

use super::{Params, work};
use crate::measure::{Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let seed = measure.seed();
    let mut units = JoinSet::new();
    let mut answer = 0_u64;
    let running = measure.start();
    for group in params.groups() {
        for unit in group {
            let task = async move { work(seed, unit) };
            // Where it is timed it is inside another: the others keep nothing for that.
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
        while let Some(part) = units.join_next().await {
            answer = answer.wrapping_add(part?);
        }
    }
    Ok(running.stop(answer))
}
