//! A task per unit: an allocation, and a place in a worker's queue.

use tokio::task::JoinSet;

use super::{Kept, Params, result};
use crate::measure::{Done, Halt, Measure, Sample};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let seed = measure.seed();
    // Room for all handles before the clock is read. A `JoinSet` takes an allocation and two locks per task besides.
    let (mut handles, mut set) = (Vec::with_capacity(params.units), JoinSet::new());
    let mut answer = 0_u64;
    let (mut rounds, mut sampler) = (measure.rounds(1), measure.sampler(0, u64::MAX));
    let running = measure.start();
    while rounds.another().is_some() {
        for group in params.groups() {
            for unit in group {
                // region: make
                let task = async move { result(seed, unit) };
                // A task that is timed is inside another; the others carry nothing for that.
                match (params.kept, sampler.begin()) {
                    (Kept::Handles, None) => handles.push(tokio::spawn(task)),
                    (Kept::Handles, Some(sample)) => handles.push(tokio::spawn(timed(sample, measure.clone(), task))),
                    (Kept::Set, None) => drop(set.spawn(task)),
                    (Kept::Set, Some(sample)) => drop(set.spawn(timed(sample, measure.clone(), task))),
                }
                // endregion
            }
            // region: join
            // Joined in the order in which they were made; by a set, in that in which they end.
            for unit in handles.drain(..) {
                answer = answer.wrapping_add(unit.await?);
            }
            while let Some(part) = set.join_next().await {
                answer = answer.wrapping_add(part?);
            }
            // endregion
        }
    }
    drop(sampler);
    Ok(running.stop(answer))
}

async fn timed(sample: Sample, measure: Measure, task: impl Future<Output = u64>) -> u64 {
    measure.sampled(sample);
    task.await
}
