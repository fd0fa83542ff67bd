//! Two tasks per pair, and a channel each way. The one that waits is put aside, and put back into a worker's queue when the other
//! sends.

use std::sync::Arc;

use tokio::sync::mpsc::channel;
use tokio::task::JoinSet;

use super::Params;
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut pings = JoinSet::new();
    let mut pongs = JoinSet::new();
    for pair in 0..params.pairs() {
        // Room for one number: a pair has only one under way, so no send ever waits for a place. `mpsc`, though each end has one
        // owner: a `oneshot` would carry one number only.
        let (to_pong, mut from_ping) = channel::<u64>(1);
        let (to_ping, mut from_pong) = channel::<u64>(1);

        let arrived = Arc::clone(&gate);
        // region: make
        pongs.spawn(async move {
            // endregion
            // It does not wait at the gate but for a number. This says that it is there.
            arrived.arrive();
            // region: answer
            while let Some(number) = from_ping.recv().await {
                if to_ping.send(number + 1).await.is_err() {
                    break;
                }
            }
            // endregion
        });

        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        // region: make
        pings.spawn(async move {
            // endregion
            gate.wait().await;
            let mut number = 0;
            let mut lap = measure.sampled_lap(pair, params.rounds);
            while lap.another().is_some() {
                // region: wait
                to_pong.send(number).await.map_err(|_| lost())?;
                // Puts this task aside; the send before has woken the other, which mostly runs next on the same worker.
                number = from_pong.recv().await.ok_or_else(lost)?;
                // endregion
                lap.done();
            }
            Ok::<u64, Halt>(number)
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut sum = 0;
    // region: join
    // A `JoinSet` hands tasks back as they end, and aborts those that are left if this function returns early with an error.
    while let Some(ping) = pings.join_next().await {
        sum += ping??;
    }
    // endregion
    let done = running.stop(sum);
    // A ping that has ended drops its sender: that closes the channel, which ends its pong's loop.
    while let Some(pong) = pongs.join_next().await {
        pong?;
    }
    Ok(done)
}

fn lost() -> Halt {
    Halt::Failed("the other of a pair is gone".to_owned())
}
