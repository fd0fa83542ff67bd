//! Two tasks per pair, and a channel each way. The one that waits is put aside, and put back into the executor's queue when the
//! other sends.

use std::sync::Arc;

use smol::Executor;
use smol::channel::bounded;

use super::Params;
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut pings = Vec::with_capacity(params.pairs());
    let mut pongs = Vec::with_capacity(params.pairs());
    for pair in 0..params.pairs() {
        // Room for one number: a pair has only one under way, so no send ever waits for a place. smol has one kind of channel,
        // with any number of owners at either end.
        let (to_pong, from_ping) = bounded::<u64>(1);
        let (to_ping, from_pong) = bounded::<u64>(1);

        let arrived = Arc::clone(&gate);
        // region: make
        pongs.push(executor.spawn(async move {
            // endregion
            // It does not wait at the gate but for a number. This says that it is there.
            arrived.arrive();
            // region: answer
            while let Ok(number) = from_ping.recv().await {
                if to_ping.send(number + 1).await.is_err() {
                    break;
                }
            }
            // endregion
        }));

        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        // region: make
        pings.push(executor.spawn(async move {
            // endregion
            gate.wait().await;
            let mut number = 0;
            let mut lap = measure.sampled_lap(pair, params.rounds);
            while lap.another().is_some() {
                // region: wait
                to_pong.send(number).await.map_err(|_| lost())?;
                // Puts this task aside; the send before has woken the other, which runs on whichever thread takes it from the
                // queue.
                number = from_pong.recv().await.map_err(|_| lost())?;
                // endregion
                lap.done();
            }
            Ok::<u64, Halt>(number)
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut sum = 0;
    // region: join
    // Awaited in the order of spawning. A handle that is dropped cancels its task, as happens if this function returns early.
    for ping in pings {
        sum += ping.await?;
    }
    // endregion
    let done = running.stop(sum);
    // A ping that has ended drops its sender: that closes the channel, which ends its pong's loop.
    for pong in pongs {
        pong.await;
    }
    Ok(done)
}

fn lost() -> Halt {
    Halt::Failed("the other of a pair is gone".to_owned())
}
