//! An actor and one that asks it per pair. The timeout is around the question: sending it and awaiting its `oneshot`. An
//! answer that comes too late goes nowhere, as its `oneshot` is gone.

use std::sync::Arc;

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Params, Questions, With, lost};
use crate::measure::{AsyncGate, Done, Halt, Measure};

/// The only message.
struct Question {
    number: u64,
    answer: oneshot::Sender<()>,
}

// region: answer
/// The actor: answers until nobody can ask any more.
async fn partner(pair: usize, questions: Arc<Questions>, mut inbox: Receiver<Question>) {
    // The `oneshot` of the last question that gets no answer: to drop it would tell the other at once that none will come.
    let mut _kept = None;
    while let Some(Question { number, answer }) = inbox.recv().await {
        if questions.is_ignored(pair, number) {
            _kept = Some(answer);
        } else {
            // An error if whoever asked waits no longer, which is no matter to the one that answers.
            let _ = answer.send(());
        }
    }
}
// endregion

/// What others know of the actor.
struct Partner(Sender<Question>);

impl Partner {
    // region: wait
    async fn ask(&self, number: u64) -> Result<(), Halt> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Question { number, answer }).await.map_err(|_| lost())?;
        answered.await.map_err(|_| lost())
    }
    // endregion
}

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let (gate, questions) = (AsyncGate::new(params.units), Questions::new(params, &measure));
    let mut askers = JoinSet::new();
    let mut partners = JoinSet::new();
    for pair in 0..params.pairs() {
        // Room for one: no send waits for a place, unless the last question timed out before it was taken.
        let (address, inbox) = channel(1);
        let (arrived, questions_) = (Arc::clone(&gate), Arc::clone(&questions));
        // region: make
        partners.spawn(async move {
            // endregion
            // It does not wait at the gate but for a message. This says that it is there.
            arrived.arrive();
            partner(pair, questions_, inbox).await;
        });

        let (gate, measure, questions) = (Arc::clone(&gate), measure.clone(), Arc::clone(&questions));
        let partner = Partner(address);
        // region: make
        askers.spawn(async move {
            // endregion
            gate.wait().await;
            let mut sum = 0_u64;
            let mut lap = measure.sampled_lap(pair, params.rounds);
            while let Some(number) = lap.another() {
                let due = questions.due(pair, number);
                // region: wait
                let answered = match params.with {
                    // The timer is set only if the answer has to be waited for, and cancelled when `timeout` is dropped.
                    With::Timeout => timeout(params.timeout(), partner.ask(number)).await.ok(),
                    With::None => Some(partner.ask(number).await),
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
    while let Some(asker) = askers.join_next().await {
        sum = sum.wrapping_add(asker??);
    }
    // endregion
    let done = running.stop(sum);
    // One that has ended drops the address: that closes the inbox, which ends its partner's loop.
    while let Some(partner) = partners.join_next().await {
        partner?;
    }
    Ok(questions.with_figures(done))
}
