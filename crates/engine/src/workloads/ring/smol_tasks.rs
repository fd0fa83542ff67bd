//! A task per unit, and a channel to the next. Sending puts the next task into the executor's queue.

use std::sync::Arc;

use smol::Executor;
use smol::channel::bounded;

use super::{Params, lost};
use crate::measure::{AsyncGate, Done, Halt, Measure, Relay};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let (gate, relay) = (AsyncGate::new(params.units), Relay::new(&measure, params.hops()));
    let (done, finished) = bounded::<u64>(1);
    // Room for the token: nothing else is under way, so no send ever waits for a place.
    let (first, mut incoming) = bounded::<u64>(1);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (mut next, after) = bounded::<u64>(1);
        if unit == params.units - 1 {
            // Closes the ring: the last unit sends to the first.
            next = first.clone();
        }
        let from_last = std::mem::replace(&mut incoming, after);
        let (done, gate, relay) = (done.clone(), gate.clone(), relay.clone());
        // region: make
        units.push(executor.spawn(async move {
            // endregion
            // No gate to wait at: a unit waits for the token. This says that it is there.
            gate.arrive();
            // The unit that has the token at the end leaves the ring. That drops its ends of two channels, which ends the loops
            // of its neighbours, one after the other.
            // region: answer
            while let Ok(hops) = from_last.recv().await {
                let goes_on = relay.done(hops);
                let hops = hops + 1;
                if !goes_on {
                    let _ = done.send(hops).await;
                    return;
                }
                // Wakes the next task. It goes to the end of the queue that all threads share, and runs on the one that takes it.
                if next.send(hops).await.is_err() {
                    return;
                }
            }
            // endregion
        }));
    }
    drop(done);

    gate.all_wait().await;
    let running = measure.start();
    relay.begin();
    first.send(0).await.map_err(|_| lost())?;
    drop(first);
    // region: join
    let hops = finished.recv().await.map_err(|_| lost())?;
    // endregion
    let done = running.stop(hops);
    for unit in units {
        unit.await;
    }
    Ok(done.with_wall_per_operation("hop_ns"))
}
