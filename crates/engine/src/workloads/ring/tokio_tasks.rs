//! A task per unit, and a channel to the next. Sending puts the next task into a worker's queue.

use tokio::sync::mpsc::channel;
use tokio::task::JoinSet;

use super::{Params, lost};
use crate::measure::{AsyncGate, Done, Halt, Measure, Relay};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let (gate, relay) = (AsyncGate::new(params.units), Relay::new(&measure, params.hops()));
    let (done, mut finished) = channel::<u64>(1);
    // Room for the token: nothing else is under way, so no send ever waits for a place.
    let (first, mut incoming) = channel::<u64>(1);
    let mut units = JoinSet::new();
    for unit in 0..params.units {
        let (mut next, after) = channel::<u64>(1);
        if unit == params.units - 1 {
            // Closes the ring: the last unit sends to the first.
            next = first.clone();
        }
        let mut from_last = std::mem::replace(&mut incoming, after);
        let (done, gate, relay) = (done.clone(), gate.clone(), relay.clone());
        // region: make
        units.spawn(async move {
            // endregion
            // No gate to wait at: a unit waits for the token. This says that it is there.
            gate.arrive();
            // The unit that has the token at the end leaves the ring. That drops its ends of two channels, which ends the loops
            // of its neighbours, one after the other.
            // region: answer
            while let Some(hops) = from_last.recv().await {
                let goes_on = relay.done(hops);
                let hops = hops + 1;
                if !goes_on {
                    let _ = done.send(hops).await;
                    return;
                }
                // Wakes the next task. With several workers, the one that wakes a task keeps it apart, to run it next on the same
                // thread, where nobody can steal it; three times in a row at most.
                if next.send(hops).await.is_err() {
                    return;
                }
            }
            // endregion
        });
    }
    drop(done);

    gate.all_wait().await;
    let running = measure.start();
    relay.begin();
    first.send(0).await.map_err(|_| lost())?;
    drop(first);
    // region: join
    let hops = finished.recv().await.ok_or_else(lost)?;
    // endregion
    let done = running.stop(hops);
    while let Some(unit) = units.join_next().await {
        unit?;
    }
    Ok(done.with_wall_per_operation("hop_ns"))
}
