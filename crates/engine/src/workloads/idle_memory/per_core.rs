//! A task per unit, made on the core that it stays on.

use std::future::pending;

use tokio::sync::mpsc::channel;
use tokio::task::{JoinHandle, spawn_local};

use super::{Params, WaitsAt, with_figures};
use crate::measure::{AsyncGate, Done, Growth, Halt, Measure, Sample, Tally};
use crate::models::cores::Cores;

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally) = (AsyncGate::new(params.units), Tally::new(cores.count()));
    let mut growth = Growth::default();
    // To each core goes how many units there are to be in all; it makes its own of them. What travels to a core does so in a box,
    // which no unit shall keep.
    let mut steps = Vec::with_capacity(cores.count());
    for core in 0..cores.count() {
        let (step, mut counts) = channel::<usize>(1);
        let (gate, measure, mut share, all) = (gate.clone(), measure.clone(), tally.share(), cores.count());
        steps.push(step);
        cores.spawn(core, move || async move {
            let mut units = Vec::with_capacity(params.units / all + 1);
            let (mut next, mut sampler) = (core, Some(measure.sampler(core, u64::MAX)));
            while let Some(count) = counts.recv().await {
                while next < count {
                    let (gate, sample) = (gate.clone(), sampler.as_mut().and_then(|sampler| sampler.begin()));
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
                    next += all;
                }
                // Its last unit has been begun: what it has counted is added up before that unit is parked.
                sampler.take_if(|_| next >= params.units);
            }
            share.report(units.iter().filter(|unit| !unit.is_finished()).count() as u64);
            // region: join
            // At a gate each ends by itself, when it is opened; one that waits for nothing has to be aborted.
            if params.waits_at == WaitsAt::Nothing {
                units.iter().for_each(JoinHandle::abort);
            }
            // endregion
        });
    }

    let running = measure.start();
    for count in params.steps() {
        for step in &steps {
            step.send(count).await.map_err(|_| Halt::Failed("a core has stopped".to_owned()))?;
        }
        // Memory is read when all units so far are parked: one that is still starting would not be counted in full.
        gate.so_many_wait(count).await;
        growth.read(count);
    }
    let done = running.stop(0);
    // After the measured part: each core counts its units, and ends them.
    drop(steps);
    let parked = tally.all().await?;
    gate.open();
    Ok(with_figures(done, &growth, usize::try_from(parked).unwrap_or(0)))
}

// region: make
/// A task that is timed is inside another; the others carry nothing for that.
fn start(sample: Option<Sample>, measure: &Measure, unit: impl Future<Output = ()> + 'static) -> JoinHandle<()> {
    match sample {
        None => spawn_local(unit),
        Some(sample) => {
            let measure = measure.clone();
            spawn_local(async move {
                measure.sampled(sample);
                unit.await;
            })
        }
    }
}
// endregion
