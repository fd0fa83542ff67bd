//! Two tasks per pair, and a channel each way. `timeout` polls the round trip first; only if that has to wait does it put a
//! timer into the runtime's wheel, which it takes out again when it is dropped.

use std::sync::Arc;

use tokio::sync::mpsc::channel;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Params, Questions, With, lost};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let (gate, questions) = (AsyncGate::new(params.units), Questions::new(params, &measure));
    let mut askers = JoinSet::new();
    let mut partners = JoinSet::new();
    for pair in 0..params.pairs() {
        // Room for one number: no send waits for a place, unless the last question timed out before it was taken.
        let (ask, mut asked) = channel::<u64>(1);
        let (answer, mut answers) = channel::<u64>(1);

        let (arrived, questions_) = (Arc::clone(&gate), Arc::clone(&questions));
        // region: make
        partners.spawn(async move {
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
        });

        let (gate, measure, questions) = (Arc::clone(&gate), measure.clone(), Arc::clone(&questions));
        // region: make
        askers.spawn(async move {
            // endregion
            gate.wait().await;
            let mut sum = 0_u64;
            let mut lap = measure.sampled_lap(pair, params.rounds);
            while let Some(number) = lap.another() {
                let due = questions.due(pair, number);
                // region: wait
                let round_trip = async {
                    ask.send(number).await.map_err(|_| lost())?;
                    // The answer to a question that has timed out is passed over.
                    while answers.recv().await.ok_or_else(lost)? != number {}
                    Ok::<(), Halt>(())
                };
                let answered = match params.with {
                    // A timeout drops the future where it waits. Both waits can be dropped: no number is lost in them.
                    With::Timeout => timeout(params.timeout(), round_trip).await.ok(),
                    With::None => Some(round_trip.await),
                };
                // endregion
                sum = sum.wrapping_add(match answered {
                    Some(answered) => answered.map(|()| 1)?,
                    None => questions.timed_out(due),
                });
                lap.done();
            }
            Ok::<u64, Halt>(sum)
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut sum = 0_u64;
    // region: join
    // A `JoinSet` hands tasks back as they end, and aborts those that are left if this function returns early with an error.
    while let Some(asker) = askers.join_next().await {
        sum = sum.wrapping_add(asker??);
    }
    // endregion
    let done = running.stop(sum);
    // One that has ended drops its sender: that closes the channel, which ends its partner's loop.
    while let Some(partner) = partners.join_next().await {
        partner?;
    }
    Ok(questions.with_figures(done))
}
