//! A task per unit: what it keeps across its `.await`, in one allocation.

use std::future::pending;
use std::sync::Arc;

use smol::channel::bounded;
use smol::{Executor, Task};

use super::{Params, WaitsAt, with_figures};
use crate::measure::{AsyncGate, Done, Growth, Halt, Measure, Sample};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    // The gate that they are parked at is a channel of smol's own, because what a task waits with is a part of its memory. Nobody
    // sends: dropping the sender closes it.
    let (end, ended) = bounded::<()>(1);
    let mut growth = Growth::default();
    let mut units = Vec::with_capacity(params.units);
    let mut sampler = measure.sampler(0, u64::MAX);
    let running = measure.start();
    for count in params.steps() {
        while units.len() < count {
            let (gate, sample) = (gate.clone(), sampler.begin());
            // region: wait
            // Two futures and not one with a choice in it, which would be as large as the larger of the two.
            units.push(match params.waits_at {
                WaitsAt::Gate => {
                    let ended = ended.clone();
                    let unit = async move {
                        gate.arrive();
                        let _ = ended.recv().await;
                    };
                    start(&executor, sample, &measure, unit)
                }
                WaitsAt::Nothing => start(&executor, sample, &measure, async move {
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
    // After the measured part: the channel closes, and every task that is parked at it ends. One that waits for nothing is
    // cancelled.
    drop(end);
    for unit in units {
        match params.waits_at {
            WaitsAt::Gate => unit.await,
            WaitsAt::Nothing => drop(unit.cancel().await),
        }
    }
    // endregion
    Ok(with_figures(done, &growth, parked))
}

// region: make
/// A task that is timed is inside another; the others carry nothing for that.
fn start(
    executor: &Executor<'static>,
    sample: Option<Sample>,
    measure: &Measure,
    unit: impl Future<Output = ()> + Send + 'static,
) -> Task<()> {
    match sample {
        None => executor.spawn(unit),
        Some(sample) => {
            let measure = measure.clone();
            executor.spawn(async move {
                measure.sampled(sample);
                unit.await;
            })
        }
    }
}
// endregion
