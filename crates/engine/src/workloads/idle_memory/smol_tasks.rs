//! A task per unit: what it keeps across its `.await`, in one allocation.

use std::sync::Arc;

use smol::Executor;
use smol::channel::bounded;

use super::{Params, STEPS};
use crate::measure::{AsyncGate, Done, Growth, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    // The tasks are parked at a channel of smol's own, because what a task waits with is a part of its memory. Nobody sends:
    // dropping the sender closes it.
    let (end, ended) = bounded::<()>(1);
    let mut growth = Growth::default();
    let mut units = Vec::with_capacity(params.units);
    let running = measure.start();
    for _ in 0..STEPS {
        for _ in 0..params.units / STEPS {
            let (gate, ended) = (Arc::clone(&gate), ended.clone());
            let unit = async move {
                gate.arrive();
                let _ = ended.recv().await;
            };
            // A task that is timed is inside another; the others carry nothing for that.
            units.push(match params.sample(units.len(), &measure) {
                None => executor.spawn(unit),
                Some(sample) => {
                    let measure = measure.clone();
                    executor.spawn(async move {
                        measure.sampled(sample);
                        unit.await;
                    })
                }
            });
        }
        // Memory is read when all units so far are parked: one that is still starting would not be counted in full.
        gate.so_many_wait(units.len()).await;
        growth.read(units.len());
    }
    let mut done = running.stop(units.len() as u64);
    done.extra = growth.per_unit();

    // After the measured part: the channel closes, and every task ends.
    drop(end);
    for unit in units {
        unit.await;
    }
    Ok(done)
}
