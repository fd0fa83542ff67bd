//! Two tasks per pair, and a channel each way. A timeout is a race: the round trip or a timer, whichever is ready first, and
//! the other is dropped. smol keeps its timers in one ordered map, behind a lock.

use std::sync::Arc;

use smol::channel::bounded;
use smol::{Executor, Timer, future};

use super::{Params, Questions, With, lost};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let (gate, questions) = (AsyncGate::new(params.units), Questions::new(params, &measure));
    let mut askers = Vec::with_capacity(params.pairs());
    let mut partners = Vec::with_capacity(params.pairs());
    for pair in 0..params.pairs() {
        // Room for one number: no send waits for a place, unless the last question timed out before it was taken.
        let (ask, asked) = bounded::<u64>(1);
        let (answer, answers) = bounded::<u64>(1);

        let (arrived, questions_) = (Arc::clone(&gate), Arc::clone(&questions));
        // region: make
        partners.push(executor.spawn(async move {
            // endregion
            // It does not wait at the gate but for a question. This says that it is there.
            arrived.arrive();
            // region: answer
            while let Ok(number) = asked.recv().await {
                if !questions_.is_ignored(pair, number) && answer.send(number).await.is_err() {
                    break;
                }
            }
            // endregion
        }));

        let (gate, measure, questions) = (Arc::clone(&gate), measure.clone(), Arc::clone(&questions));
        // region: make
        askers.push(executor.spawn(async move {
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
                    while answers.recv().await.map_err(|_| lost())? != number {}
                    Ok::<(), Halt>(())
                };
                let answered = match params.with {
                    // `or` polls its first future first: an answer that is there wins. The timer is put into the map when it
                    // is polled, so only if the round trip has to wait, and is taken out when it is dropped.
                    With::Timeout => {
                        let too_late = async {
                            Timer::after(params.timeout()).await;
                            None
                        };
                        future::or(async { Some(round_trip.await) }, too_late).await
                    }
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
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut sum = 0_u64;
    // region: join
    // Awaited in the order of spawning. A handle that is dropped cancels its task, as happens if this function returns early.
    for asker in askers {
        sum = sum.wrapping_add(asker.await?);
    }
    // endregion
    let done = running.stop(sum);
    // One that has ended drops its sender: that closes the channel, which ends its partner's loop.
    for partner in partners {
        partner.await;
    }
    Ok(questions.with_figures(done))
}
