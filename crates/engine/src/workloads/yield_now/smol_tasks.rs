//! A task a unit. It goes to the end of the executor's queue, and whichever thread is free takes the next from the front.

use std::sync::Arc;

use smol::Executor;
use smol::future::yield_now;

use super::{BATCH, Params};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for _ in 0..params.units {
        let (gate, measure) = (gate.clone(), measure.clone());
        units.push(executor.spawn(async move {
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
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut yields = 0;
    for unit in units {
        yields += unit.await;
    }
    Ok(running.stop(yields).with_cpu_per_operation("switch_ns"))
}
