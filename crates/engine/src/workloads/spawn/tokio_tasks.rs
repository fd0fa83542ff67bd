//! A task a unit: one allocation, and a place in a worker's queue.

use std::time::Instant;

use tokio::task::JoinSet;

use super::{Params, work};
use crate::measure::{Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let mut units = JoinSet::new();
    let mut answer = 0_u64;
    let running = measure.start();
    for group in params.groups() {
        for unit in group {
            let measure = measure.clone();
            let asked = Instant::now();
            units.spawn(async move {
                measure.record(asked.elapsed());
                work(measure.seed(), unit)
            });
        }
        while let Some(part) = units.join_next().await {
            answer = answer.wrapping_add(part?);
        }
    }
    Ok(running.stop(answer))
}
