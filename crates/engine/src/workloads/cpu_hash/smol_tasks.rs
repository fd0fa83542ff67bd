//! A task a unit. As on Tokio it gives way by itself, between two chains.

use std::sync::Arc;

use smol::Executor;
use smol::future::yield_now;

use super::{Params, chain, first_link, part};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        units.push(executor.spawn(async move {
            let mut link = first_link(measure.seed(), unit);
            gate.wait().await;
            let mut lap = measure.lap();
            for _ in 0..params.rounds {
                link = chain(link, params.hashes);
                lap.done();
                yield_now().await;
            }
            part(&link)
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut answer = 0_u64;
    for unit in units {
        answer = answer.wrapping_add(unit.await);
    }
    Ok(running.stop(answer))
}
