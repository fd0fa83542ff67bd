//! A task per producer, and one that consumes. A send that waits is put aside until there is a place.

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinSet;

use super::{Message, Params, Queue, Send, handle, with_figures};
use crate::measure::{AsyncGate, Done, Halt, Measure};

/// A message, and where its answer goes if one is wanted.
type Sent = (Message, Option<oneshot::Sender<u64>>);

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    // In Tokio an unbounded channel is a type of its own. A bounded one with more room than memory has stands in for it, so that
    // the rest is written once. It never makes a sender wait either, but costs the consumer more: each message gives a permit
    // back.
    let room = if params.queue == Queue::Bounded { params.capacity } else { Semaphore::MAX_PERMITS };
    let (queue, received) = channel::<Sent>(room);
    let consumer = tokio::spawn(consume(received, measure.clone()));
    let mut units = JoinSet::new();
    for _ in 0..params.units {
        let (gate, queue) = (gate.clone(), queue.clone());
        units.spawn(async move {
            gate.wait().await;
            produce(params, &queue).await
        });
    }
    // From here on only the producers hold senders: with the last of them the channel closes, and the consumer's loop ends.
    drop(queue);

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut waited = 0;
    // A `JoinSet` hands tasks back as they end, and aborts those that are left if this function returns early with an error.
    while let Some(unit) = units.join_next().await {
        waited += unit??;
    }
    let (answer, peak) = consumer.await?;
    Ok(with_figures(params, running.stop(answer), peak, waited))
}

/// Ends when every producer has.
async fn consume(mut received: Receiver<Sent>, measure: Measure) -> (u64, usize) {
    let (mut answer, mut peak) = (0_u64, 0);
    while let Some((message, reply)) = received.recv().await {
        peak = peak.max(received.len() + 1);
        let handled = handle(message.number);
        answer = answer.wrapping_add(handled);
        measure.record_since(message.sent);
        if let Some(reply) = reply {
            let _ = reply.send(handled);
        }
    }
    (answer, peak)
}

/// How many of its sends found the queue full.
async fn produce(params: Params, queue: &Sender<Sent>) -> Result<u64, Halt> {
    let gone = || Halt::Failed("the consumer is gone".to_owned());
    let mut waited = 0;
    for number in 0..params.messages {
        let (reply, answer) = match params.send {
            Send::Tell => (None, None),
            // A `oneshot` for each answer: it carries one value, so the consumer never waits for the one that asked.
            Send::Ask => Some(oneshot::channel()).unzip(),
        };
        // Tried first only to count the sends that find the queue full: `send` alone would wait just as well.
        match queue.try_send((Message::new(number), reply)) {
            Ok(()) => {}
            Err(TrySendError::Full(sent)) => {
                waited += 1;
                queue.send(sent).await.map_err(|_| gone())?;
            }
            Err(TrySendError::Closed(_)) => return Err(gone()),
        }
        if let Some(answer) = answer {
            answer.await.map_err(|_| gone())?;
        }
    }
    Ok(waited)
}
