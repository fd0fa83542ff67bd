//! Two tasks per pair, and a channel each way. Both are together on one core, as tasks are that spawn each other, and a round
//! trip never leaves its thread; or on two, if that is asked for, so that it wakes either's thread.

use tokio::sync::mpsc::channel;

use super::Params;
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::Cores;

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally, ended) = (AsyncGate::new(params.units), Tally::new(params.pairs()), Tally::new(params.pairs()));
    for pair in 0..params.pairs() {
        // Room for one number: a pair has only one under way, so no send ever waits for a place.
        let (to_pong, mut from_ping) = channel::<u64>(1);
        let (to_ping, mut from_pong) = channel::<u64>(1);

        let (arrived, mut end) = (gate.clone(), ended.share());
        // region: make
        cores.spawn_among((pair, 1), move || async move {
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
            end.report(0);
        });

        let (gate, measure, mut share) = (gate.clone(), measure.clone(), tally.share());
        // region: make
        cores.spawn_among((pair, 0), move || async move {
            // endregion
            gate.wait().await;
            let mut number = 0;
            let mut lap = measure.sampled_lap(pair, params.rounds);
            while lap.another().is_some() {
                // region: wait
                // If the other is gone, this one ends without a report, and the tally says so.
                if to_pong.send(number).await.is_err() {
                    return;
                }
                // Puts this task aside; the send before has put the other into its core's queue.
                let Some(answer) = from_pong.recv().await else { return };
                number = answer;
                // endregion
                lap.done();
            }
            drop(lap);
            share.report(number);
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    let sum = tally.all().await?;
    // endregion
    let done = running.stop(sum);
    // A ping that has ended drops its sender: that closes the channel, which ends its pong's loop.
    ended.all().await?;
    Ok(done)
}
