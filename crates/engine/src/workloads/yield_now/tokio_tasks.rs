//! A task a unit. It goes to the end of its worker's queue, and its worker takes the next from the front.

use tokio::task::{JoinSet, yield_now};

use super::{BATCH, Params};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut units = JoinSet::new();
    for _ in 0..params.units {
        let (gate, measure) = (gate.clone(), measure.clone());
        units.spawn(async move {
            gate.wait().await;
            let mut yields = 0;
            let mut lap = measure.lap();
            while yields < params.yields {
                for _ in 0..BATCH {
                    yield_now().await;
                }
                yields += BATCH;
                lap.done_batch(BATCH);
            }
            yields
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut yields = 0;
    while let Some(unit) = units.join_next().await {
        yields += unit?;
    }
    Ok(running.stop(yields).with_cpu_per_operation("switch_ns"))
}
