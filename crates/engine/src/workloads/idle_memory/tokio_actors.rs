//! An actor per unit: a task, and the queue that it is parked at. A queue of Tokio's has room for 32 messages from the beginning,
//! as one block: for an idle actor that is most of it.

use tokio::sync::mpsc::{Receiver, channel};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{Params, with_figures};
use crate::measure::{AsyncGate, Done, Growth, Halt, Measure, Sample};

/// A question, as an actor of this kind is asked one. None of these ever is.
struct Ask(oneshot::Sender<u64>);

// region: wait
/// Answers until nobody can ask any more. Its queue is what it waits at, wherever others are parked.
async fn actor(unit: u64, mut inbox: Receiver<Ask>, parked: impl FnOnce()) {
    parked();
    while let Some(Ask(answer)) = inbox.recv().await {
        let _ = answer.send(unit);
    }
}
// endregion

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut growth = Growth::default();
    let mut units = Vec::with_capacity(params.units);
    let mut sampler = measure.sampler(0, u64::MAX);
    let running = measure.start();
    for count in params.steps() {
        while units.len() < count {
            // region: make
            let (address, inbox) = channel(16);
            let (gate, sample) = (gate.clone(), sampler.begin());
            let unit = actor(units.len() as u64, inbox, move || gate.arrive());
            units.push((address, start(sample, &measure, unit)));
            // endregion
        }
        // Memory is read when all units so far are parked: one that is still starting would not be counted in full.
        gate.so_many_wait(count).await;
        growth.read(count);
    }
    drop(sampler);
    let done = running.stop(0);
    let parked = units.iter().filter(|(_, unit)| !unit.is_finished()).count();

    // region: join
    // After the measured part: without its address an actor ends.
    for (address, unit) in units {
        drop(address);
        unit.await?;
    }
    // endregion
    Ok(with_figures(done, &growth, parked))
}

/// An actor that is timed is inside another task; the others carry nothing for that.
fn start(sample: Option<Sample>, measure: &Measure, actor: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    match sample {
        None => tokio::spawn(actor),
        Some(sample) => {
            let measure = measure.clone();
            tokio::spawn(async move {
                measure.sampled(sample);
                actor.await;
            })
        }
    }
}
