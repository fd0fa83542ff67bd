//! A task per unit: what it keeps across its `.await`, in one allocation.

use std::future::pending;

use tokio::task::JoinHandle;

use super::{Params, WaitsAt, with_figures};
use crate::measure::{AsyncGate, Done, Growth, Halt, Measure, Sample};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut growth = Growth::default();
    // Handles in a `Vec`: a `JoinSet` would make one more allocation per task, which would be counted as the task's.
    let mut units = Vec::with_capacity(params.units);
    let mut sampler = measure.sampler(0, u64::MAX);
    let running = measure.start();
    for count in params.steps() {
        while units.len() < count {
            let (gate, sample) = (gate.clone(), sampler.begin());
            // region: wait
            // Two futures and not one with a choice in it, which would be as large as the larger of the two.
            units.push(match params.waits_at {
                WaitsAt::Gate => start(sample, &measure, async move { gate.wait().await }),
                WaitsAt::Nothing => start(sample, &measure, async move {
                    gate.arrive();
                    pending().await
                }),
            });
            // endregion
        }
        // Memory is read when all units so far are parked: one that is still starting would not be counted in full.
        gate.so_many_wait(count).await;
        growth.read(count);
    }
    drop(sampler);
    let done = running.stop(0);
    let parked = units.iter().filter(|unit| !unit.is_finished()).count();

    // region: join
    // After the measured part. One that waits for nothing has to be aborted: its future is dropped where it is parked.
    gate.open();
    for unit in units {
        if params.waits_at == WaitsAt::Nothing {
            unit.abort();
        }
        let _ = unit.await;
    }
    // endregion
    Ok(with_figures(done, &growth, parked))
}

// region: make
/// A task that is timed is inside another; the others carry nothing for that.
fn start(sample: Option<Sample>, measure: &Measure, unit: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    match sample {
        None => tokio::spawn(unit),
        Some(sample) => {
            let measure = measure.clone();
            tokio::spawn(async move {
                measure.sampled(sample);
                unit.await;
            })
        }
    }
}
// endregion
