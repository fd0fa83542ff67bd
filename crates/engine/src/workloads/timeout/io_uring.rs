//! Two tasks per pair, and a channel each way. Each core has a ring and an ordered map of timers of its own: a timer is no
//! entry in the ring, but decides how long the kernel is waited for. Both of a pair are together on one core; or on two, if
//! that is asked for.

use std::sync::Arc;

use compio::time::timeout;
use tokio::sync::mpsc::channel;

use super::{Params, Questions, With};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::Cores;

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let (gate, questions) = (AsyncGate::new(params.units), Questions::new(params, &measure));
    let (tally, ended) = (Tally::new(params.pairs()), Tally::new(params.pairs()));
    for pair in 0..params.pairs() {
        // Room for one number: no send waits for a place, unless the last question timed out before it was taken.
        let (ask, mut asked) = channel::<u64>(1);
        let (answer, mut answers) = channel::<u64>(1);

        let (arrived, questions_, mut end) = (Arc::clone(&gate), Arc::clone(&questions), ended.share());
        // region: make
        cores.spawn_among((pair, 1), move || async move {
            // endregion
            // It does not wait at the gate but for a question. This says that it is there.
            arrived.arrive();
            // region: answer
            while let Some(number) = asked.recv().await {
                if !questions_.is_ignored(pair, number) && answer.send(number).await.is_err() {
                    break;
                }
            }
            // endregion
            end.report(0);
        });

        let (gate, measure, questions) = (Arc::clone(&gate), measure.clone(), Arc::clone(&questions));
        let mut share = tally.share();
        // region: make
        cores.spawn_among((pair, 0), move || async move {
            // endregion
            gate.wait().await;
            let mut sum = 0_u64;
            let mut lap = measure.sampled_lap(pair, params.rounds);
            while let Some(number) = lap.another() {
                let due = questions.due(pair, number);
                // region: wait
                let round_trip = async {
                    ask.send(number).await.ok()?;
                    // The answer to a question that has timed out is passed over.
                    while answers.recv().await? != number {}
                    Some(())
                };
                let answered = match params.with {
                    // compio polls the round trip and the timer in random order: the timer may be set though the answer is
                    // there. It is cancelled when `timeout` is dropped.
                    With::Timeout => timeout(params.timeout(), round_trip).await.ok(),
                    With::None => Some(round_trip.await),
                };
                // endregion
                sum = sum.wrapping_add(match answered {
                    Some(Some(())) => 1,
                    // The other is gone: this one ends without a report, and the tally says so.
                    Some(None) => return,
                    None => questions.timed_out(due),
                });
                lap.done();
            }
            drop(lap);
            share.report(sum);
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    let sum = tally.all().await?;
    // endregion
    let done = running.stop(sum);
    // One that has ended drops its sender: that closes the channel, which ends its partner's loop.
    ended.all().await?;
    Ok(questions.with_figures(done))
}
