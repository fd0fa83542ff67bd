//! An actor and one that asks it per pair. The actor is a task with an inbox; a question carries a `oneshot` for its answer, which
//! is awaited with a timeout, as a call of an actor mostly is.

use std::sync::Arc;

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Params, With};
use crate::measure::{AsyncGate, Done, Halt, Measure};

/// The only message.
struct AddOne {
    number: u64,
    answer: oneshot::Sender<u64>,
}

/// The actor: answers until nobody can ask any more.
async fn pong(mut inbox: Receiver<AddOne>) {
    while let Some(AddOne { number, answer }) = inbox.recv().await {
        // An error if whoever asked is gone, which is no matter to the one that answers.
        let _ = answer.send(number + 1);
    }
}

/// What others know of the actor.
struct Pong(Sender<AddOne>);

impl Pong {
    async fn add_one(&self, params: Params, number: u64) -> Result<u64, Halt> {
        let (answer, answered) = oneshot::channel();
        self.0.send(AddOne { number, answer }).await.map_err(|_| lost())?;
        // Puts this task aside; the send before has woken the other, which mostly runs next on the same worker.
        let answered = match params.with {
            With::Timeout => timeout(params.timeout(), answered).await.map_err(|_| params.too_late())?,
            With::Nothing => answered.await,
        };
        answered.map_err(|_| lost())
    }
}

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut pings = JoinSet::new();
    let mut pongs = JoinSet::new();
    for pair in 0..params.pairs() {
        // Room for one: only one question is under way, so no send ever waits for a place.
        let (address, inbox) = channel(1);
        let arrived = Arc::clone(&gate);
        pongs.spawn(async move {
            // It does not wait at the gate but for a message. This says that it is there.
            arrived.arrive();
            pong(inbox).await;
        });

        let (gate, measure, pong) = (Arc::clone(&gate), measure.clone(), Pong(address));
        pings.spawn(async move {
            gate.wait().await;
            let mut number = 0;
            let mut lap = measure.sampled_lap(pair, params.rounds);
            while lap.another().is_some() {
                number = pong.add_one(params, number).await?;
                lap.done();
            }
            Ok::<u64, Halt>(number)
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut sum = 0;
    while let Some(ping) = pings.join_next().await {
        sum += ping??;
    }
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
