//! The consumer is an actor written by hand: a task with an inbox of messages of several kinds, and an address whose methods send
//! them. The producers are tasks that have the address.

use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::queue::{Receiver, Sender, queue};
use super::{Consumer, Message, Messages, Params, Send, Total, gone};
use crate::measure::{AsyncGate, Done, Halt, Measure};

/// What the actor understands. One that asks sends along where the answer is to go.
enum ToConsumer {
    Tell(Message),
    Ask(Message, oneshot::Sender<u64>),
    Total(oneshot::Sender<Total>),
}

// region: answer
/// The actor: one message after the other, until nobody can send any more.
async fn actor(mut consumer: Consumer, mut inbox: Receiver<ToConsumer>) {
    while let Some(message) = inbox.recv().await {
        let waiting = |_| inbox.len() as u64;
        // An answer that is not awaited any more is no matter to the one that gives it.
        match message {
            ToConsumer::Tell(message) => drop(consumer.handle(message, waiting)),
            ToConsumer::Ask(message, answer) => drop(answer.send(consumer.handle(message, waiting))),
            ToConsumer::Total(answer) => drop(answer.send(consumer.total)),
        }
    }
}
// endregion

/// The actor as others know it. A send says whether it had to wait for a place in the inbox.
#[derive(Clone)]
struct Address(Sender<ToConsumer>);

impl Address {
    // region: wait
    async fn tell(&self, message: Message) -> Result<bool, Halt> {
        self.0.send(ToConsumer::Tell(message)).await
    }

    async fn ask(&self, message: Message) -> Result<bool, Halt> {
        let (answer, answered) = oneshot::channel();
        let waited = self.0.send(ToConsumer::Ask(message, answer)).await?;
        answered.await.map_err(|_| gone())?;
        Ok(waited)
    }
    // endregion

    async fn total(&self) -> Result<Total, Halt> {
        let (answer, answered) = oneshot::channel();
        self.0.send(ToConsumer::Total(answer)).await?;
        answered.await.map_err(|_| gone())
    }
}

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units + 1);
    let (sender, inbox) = queue(params);
    let (address, consumer) = (Address(sender), Consumer::new(&measure));
    let mut units = JoinSet::new();
    for unit in 0..params.units {
        let (gate, address, messages) = (gate.clone(), address.clone(), Messages::new(params, unit, &measure, &consumer.taken));
        // region: make
        units.spawn(async move {
            // endregion
            gate.wait().await;
            produce(params, messages, &address).await
        });
    }
    // region: make
    let consumer = tokio::spawn({
        // endregion
        let gate = gate.clone();
        async move {
            gate.arrive();
            actor(consumer, inbox).await;
        }
    });

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    let mut waited = 0;
    while let Some(unit) = units.join_next().await {
        waited += unit??;
    }
    // Asked after everything has been sent: when it is answered, everything has been handled.
    let total = address.total().await?;
    // endregion
    let done = running.stop(total.answer);
    // The last address: the actor's inbox closes, and its loop ends.
    drop(address);
    consumer.await?;
    Ok(total.with_figures(done, waited))
}

/// How many of its sends found the inbox full.
async fn produce(params: Params, messages: Messages, consumer: &Address) -> Result<u64, Halt> {
    let mut waited = 0;
    for message in messages {
        waited += u64::from(match params.send {
            Send::Tell => consumer.tell(message).await?,
            Send::Ask => consumer.ask(message).await?,
        });
        params.give_way_after(message.number).await;
    }
    Ok(waited)
}
