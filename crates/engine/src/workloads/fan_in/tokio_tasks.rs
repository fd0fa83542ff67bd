//! A task per producer, and one that consumes. A send that waits is put aside until there is a place.

use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::queue::{Receiver, Sender, queue};
use super::{Consumer, Message, Messages, Params, Send, Total, gone};
use crate::measure::{AsyncGate, Done, Halt, Measure};

/// A message, and where its answer goes if one is wanted.
type Sent = (Message, Option<oneshot::Sender<u64>>);

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units + 1);
    // In Tokio an unbounded channel is a type of its own; here either has one name.
    let (queue, received) = queue::<Sent>(params);
    let consumer = Consumer::new(&measure);
    let mut units = JoinSet::new();
    for unit in 0..params.units {
        let (gate, queue, messages) = (gate.clone(), queue.clone(), Messages::new(params, unit, &measure, &consumer.taken));
        // region: make
        units.spawn(async move {
            // endregion
            gate.wait().await;
            produce(params, messages, &queue).await
        });
    }
    // From here on only the producers hold senders: with the last of them the channel closes, and the consumer's loop ends.
    drop(queue);
    // region: make
    let consumer = tokio::spawn({
        // endregion
        let gate = gate.clone();
        async move {
            gate.arrive();
            consume(consumer, received).await
        }
    });

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut waited = 0;
    // region: join
    // A `JoinSet` hands tasks back as they end, and aborts those that are left if this function returns early with an error.
    while let Some(unit) = units.join_next().await {
        waited += unit??;
    }
    let total = consumer.await?;
    // endregion
    let done = running.stop(total.answer);
    Ok(total.with_figures(done, waited))
}

// region: answer
/// Ends when every producer has.
async fn consume(mut consumer: Consumer, mut received: Receiver<Sent>) -> Total {
    while let Some((message, reply)) = received.recv().await {
        let handled = consumer.handle(message, |_| received.len() as u64);
        if let Some(reply) = reply {
            let _ = reply.send(handled);
        }
    }
    consumer.total
}
// endregion

// region: wait
/// How many of its sends found the queue full.
async fn produce(params: Params, messages: Messages, queue: &Sender<Sent>) -> Result<u64, Halt> {
    let mut waited = 0;
    for message in messages {
        let (reply, answer) = match params.send {
            Send::Tell => (None, None),
            // A `oneshot` for each answer: it carries one value, so the consumer never waits for the one that asked.
            Send::Ask => Some(oneshot::channel()).unzip(),
        };
        waited += u64::from(queue.send((message, reply)).await?);
        if let Some(answer) = answer {
            answer.await.map_err(|_| gone())?;
        }
        params.give_way_after(message.number).await;
    }
    Ok(waited)
}
// endregion
