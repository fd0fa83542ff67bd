//! A task per producer, and one that consumes. A send that waits is put aside until there is a place.

use std::sync::Arc;

use smol::Executor;
use smol::channel::{Receiver, Sender, TrySendError, bounded, unbounded};

use super::{Message, Params, Queue, Send, handle, with_figures};
use crate::measure::{AsyncGate, Done, Halt, Measure};

/// A message, and where its answer goes if one is wanted.
type Sent = (Message, Option<Sender<u64>>);

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    // smol's channel tells how long its queue is, which is a figure here, and is one type with or without a bound.
    let (queue, received) = match params.queue {
        Queue::Bounded => bounded::<Sent>(params.capacity),
        Queue::Unbounded => unbounded(),
    };
    let consumer = executor.spawn(consume(received, measure.clone()));
    let mut units = Vec::with_capacity(params.units);
    for _ in 0..params.units {
        let (gate, queue) = (gate.clone(), queue.clone());
        units.push(executor.spawn(async move {
            gate.wait().await;
            produce(params, &queue).await
        }));
    }
    // From here on only the producers hold senders: with the last of them the channel closes, and the consumer's loop ends.
    drop(queue);

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut waited = 0;
    for unit in units {
        waited += unit.await?;
    }
    let (answer, peak) = consumer.await;
    Ok(with_figures(params, running.stop(answer), peak, waited))
}

/// Ends when every producer has.
async fn consume(received: Receiver<Sent>, measure: Measure) -> (u64, usize) {
    let (mut answer, mut peak) = (0_u64, 0);
    while let Ok((message, reply)) = received.recv().await {
        peak = peak.max(received.len() + 1);
        let handled = handle(message.number);
        answer = answer.wrapping_add(handled);
        measure.record_since(message.sent);
        if let Some(reply) = reply {
            let _ = reply.send(handled).await;
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
            // A channel for each answer, with room for it (smol has no `oneshot`): the consumer never waits for the one that
            // asked.
            Send::Ask => Some(bounded(1)).unzip(),
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
            answer.recv().await.map_err(|_| gone())?;
        }
    }
    Ok(waited)
}
