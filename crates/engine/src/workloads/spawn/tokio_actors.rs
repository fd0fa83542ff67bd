//! An actor per unit: a task with a queue, made, asked for its result, and ended by the drop of its address.

use tokio::sync::mpsc::{Receiver, channel};
use tokio::sync::oneshot;

use super::{Params, result};
use crate::measure::{Done, Halt, Measure, Sample};

/// The only message: what the actor computed.
struct Ask(oneshot::Sender<u64>);

// region: work
/// The actor: answers until nobody can ask any more.
async fn actor(seed: u64, unit: usize, mut inbox: Receiver<Ask>) {
    while let Some(Ask(answer)) = inbox.recv().await {
        let _ = answer.send(result(seed, unit));
    }
}
// endregion

async fn timed(sample: Sample, measure: Measure, seed: u64, unit: usize, inbox: Receiver<Ask>) {
    measure.sampled(sample);
    actor(seed, unit, inbox).await;
}

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let seed = measure.seed();
    // Room for all before the clock is read.
    let mut units = Vec::with_capacity(params.units);
    let mut answer = 0_u64;
    let (mut rounds, mut sampler) = (measure.rounds(1), measure.sampler(0, u64::MAX));
    let running = measure.start();
    while rounds.another().is_some() {
        for group in params.groups() {
            for unit in group {
                // region: make
                let (address, inbox) = channel(1);
                let (asked, result) = oneshot::channel();
                // Its queue has room, so this does not wait: the message is there when the actor begins.
                let _ = address.try_send(Ask(asked));
                // An actor that is timed is inside another task; the others carry nothing for that.
                let task = match sampler.begin() {
                    None => tokio::spawn(actor(seed, unit, inbox)),
                    Some(sample) => tokio::spawn(timed(sample, measure.clone(), seed, unit, inbox)),
                };
                // The address is dropped here: the actor ends when it has answered.
                units.push((task, result));
                // endregion
            }
            // region: join
            for (task, result) in units.drain(..) {
                answer = answer.wrapping_add(result.await.map_err(|_| Halt::Failed("an actor did not answer".to_owned()))?);
                task.await?;
            }
            // endregion
        }
    }
    drop(sampler);
    Ok(running.stop(answer))
}
