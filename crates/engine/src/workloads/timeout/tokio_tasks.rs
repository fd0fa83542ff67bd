//! Two tasks per pair, and a channel each way. `timeout` puts a timer beside what is awaited: an entry in the runtime's wheel when
//! it has to wait, taken out when the answer is there.

use std::sync::Arc;

use tokio::sync::mpsc::channel;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Params, With};
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
        pongs.spawn(async move {
            // It does not wait at the gate but for a number. This says that it is there.
            arrived.arrive();
            while let Some(number) = from_ping.recv().await {
                if to_ping.send(number + 1).await.is_err() {
                    break;
                }
            }
        });

        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        pings.spawn(async move {
            gate.wait().await;
            let mut number = 0;
            let mut lap = measure.sampled_lap(pair, params.rounds);
            while lap.another().is_some() {
                to_pong.send(number).await.map_err(|_| lost())?;
                let answer = match params.with {
                    // The wheel is behind a lock that all workers share.
                    With::Timeout => timeout(params.timeout(), from_pong.recv()).await.map_err(|_| params.too_late())?,
                    With::Nothing => from_pong.recv().await,
                };
                number = answer.ok_or_else(lost)?;
                lap.done();
            }
            Ok::<u64, Halt>(number)
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut sum = 0;
    // A `JoinSet` hands tasks back as they end, and aborts those that are left if this function returns early with an error.
    while let Some(ping) = pings.join_next().await {
        sum += ping??;
    }
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
