//! An actor and one that asks it per pair. The actor is a task with an inbox; a question carries a `oneshot` for its answer, made
//! anew for each.

use std::sync::Arc;

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::Params;
use crate::measure::{AsyncGate, Done, Halt, Measure};

/// The only message.
struct AddOne {
    number: u64,
    answer: oneshot::Sender<u64>,
}

// region: answer
/// The actor: answers until nobody can ask any more.
async fn pong(mut inbox: Receiver<AddOne>) {
    while let Some(AddOne { number, answer }) = inbox.recv().await {
        // An error if whoever asked is gone, which is no matter to the one that answers.
        let _ = answer.send(number + 1);
    }
}
// endregion

/// What others know of the actor.
struct Pong(Sender<AddOne>);

// region: wait
impl Pong {
    async fn add_one(&self, number: u64) -> Result<u64, Halt> {
        let (answer, answered) = oneshot::channel();
        self.0.send(AddOne { number, answer }).await.map_err(|_| lost())?;
        // Puts this task aside; the send before has woken the other, which mostly runs next on the same worker.
        answered.await.map_err(|_| lost())
    }
}
// endregion

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut pings = JoinSet::new();
    let mut pongs = JoinSet::new();
    for pair in 0..params.pairs() {
        // Room for one: only one question is under way, so no send ever waits for a place.
        let (address, inbox) = channel(1);
        let arrived = Arc::clone(&gate);
        // region: make
        pongs.spawn(async move {
            // endregion
            // It does not wait at the gate but for a message. This says that it is there.
            arrived.arrive();
            pong(inbox).await;
        });

        let (gate, measure, pong) = (Arc::clone(&gate), measure.clone(), Pong(address));
        // region: make
        pings.spawn(async move {
            // endregion
            gate.wait().await;
            let mut number = 0;
            let mut lap = measure.sampled_lap(pair, params.rounds);
            while lap.another().is_some() {
                number = pong.add_one(number).await?;
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
    while let Some(ping) = pings.join_next().await {
        sum += ping??;
    }
    // endregion
    let done = running.stop(sum);
    // A ping that has ended drops the address: that closes the inbox, which ends its pong's loop.
    while let Some(pong) = pongs.join_next().await {
        pong?;
    }
    Ok(done)
}

fn lost() -> Halt {
    Halt::Failed("the other of a pair is gone".to_owned())
}
