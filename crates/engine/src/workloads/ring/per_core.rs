//! A task per unit, and a channel to the next. They are together on one core, as tasks are that spawn each other; or on different
//! ones in turn, if that is asked for, so that every hop wakes another thread.

use tokio::sync::mpsc::channel;

use super::{Params, lost};
use crate::measure::{AsyncGate, Done, Halt, Measure, Relay, Tally};
use crate::models::cores::Cores;

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let (gate, relay) = (AsyncGate::new(params.units), Relay::new(&measure, params.hops()));
    let ended = Tally::new(params.units);
    let (done, mut finished) = channel::<u64>(1);
    // Room for the token: nothing else is under way, so no send ever waits for a place.
    let (first, mut incoming) = channel::<u64>(1);
    for unit in 0..params.units {
        let (mut next, after) = channel::<u64>(1);
        if unit == params.units - 1 {
            // Closes the ring: the last unit sends to the first.
            next = first.clone();
        }
        let mut from_last = std::mem::replace(&mut incoming, after);
        let (done, gate, relay, mut share) = (done.clone(), gate.clone(), relay.clone(), ended.share());
        // region: make
        cores.spawn_among((0, unit), move || async move {
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
                    break;
                }
                // Wakes the next task: on the same core that is a place in its queue, on another a wake of its thread.
                if next.send(hops).await.is_err() {
                    break;
                }
            }
            // endregion
            share.report(0);
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
    ended.all().await?;
    Ok(done.with_wall_per_operation("hop_ns"))
}
