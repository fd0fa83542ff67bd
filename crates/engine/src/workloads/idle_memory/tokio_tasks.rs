//! A task a unit: what it keeps across its `.await`, in one allocation.

use std::time::Instant;

use super::{Params, STEPS};
use crate::measure::{AsyncGate, Done, Growth, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut growth = Growth::default();
    let mut units = Vec::with_capacity(params.units);
    let running = measure.start();
    for _ in 0..STEPS {
        for _ in 0..params.units / STEPS {
            let (gate, measure) = (gate.clone(), measure.clone());
            let asked = Instant::now();
            units.push(tokio::spawn(async move {
                measure.record(asked.elapsed());
                gate.wait().await;
            }));
        }
        gate.so_many_wait(units.len()).await;
        growth.read(units.len());
    }
    let mut done = running.stop(units.len() as u64);
    done.figures = growth.per_unit();

    gate.open();
    for unit in units {
        unit.await?;
    }
    Ok(done)
}
