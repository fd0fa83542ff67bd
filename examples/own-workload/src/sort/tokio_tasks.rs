//! A task per unit. It gives way between two lists.

use std::sync::Arc;

use engine::measure::{AsyncGate, Done, Halt, Measure};
use tokio::task::{JoinSet, yield_now};

use super::{Params, middle};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut units = JoinSet::new();
    for unit in 0..params.units {
        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        units.spawn(async move {
            gate.wait().await;
            let mut sum = 0_u64;
            let mut lap = measure.lap(unit, params.rounds);
            while let Some(round) = lap.another() {
                sum = sum.wrapping_add(middle(measure.seed(), round, params.length));
                lap.done();
                yield_now().await;
            }
            sum
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut answer = 0_u64;
    while let Some(unit) = units.join_next().await {
        answer = answer.wrapping_add(unit?);
    }
    Ok(running.stop(answer))
}
