//! A task per producer, and one that consumes. A send that waits is put aside until there is a place.

use std::sync::Arc;

use smol::Executor;
use smol::channel::{Receiver, Sender, bounded, unbounded};

use super::{Consumer, Message, Messages, Params, Queue, Send, Total, gone};
use crate::measure::{AsyncGate, Done, Halt, Measure};

/// A message, and where its answer goes if one is wanted.
type Sent = (Message, Option<Sender<u64>>);

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units + 1);
    // smol's channel is one type with or without a bound.
    let (queue, received) = match params.queue {
        Queue::Bounded => bounded::<Sent>(params.capacity),
        Queue::Unbounded => unbounded(),
    };
    let consumer = Consumer::new(&measure);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, queue, messages) = (gate.clone(), queue.clone(), Messages::new(params, unit, &measure, &consumer.taken));
        // region: make
        units.push(executor.spawn(async move {
            // endregion
            gate.wait().await;
            produce(params, messages, &queue).await
        }));
    }
    // From here on only the producers hold senders: with the last of them the channel closes, and the consumer's loop ends.
    drop(queue);
    // region: make
    let consumer = executor.spawn({
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
    // region: join
    let mut waited = 0;
    for unit in units {
        waited += unit.await?;
    }
    let total = consumer.await;
    // endregion
    let done = running.stop(total.answer);
    Ok(total.with_figures(done, waited))
}

// region: answer
/// Ends when every producer has.
async fn consume(mut consumer: Consumer, received: Receiver<Sent>) -> Total {
    while let Ok((message, reply)) = received.recv().await {
        let handled = consumer.handle(message, |_| received.len() as u64);
        if let Some(reply) = reply {
            let _ = reply.send(handled).await;
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
            // A channel for each answer, with room for it (smol has no `oneshot`): the consumer never waits for the one that
            // asked.
            Send::Ask => Some(bounded(1)).unzip(),
        };
        // Tried only to count the sends that find the queue full: they are put aside until there is a place.
        if let Err(error) = queue.try_send((message, reply)) {
            waited += 1;
            queue.send(error.into_inner()).await.map_err(|_| gone())?;
        }
        if let Some(answer) = answer {
            answer.recv().await.map_err(|_| gone())?;
        }
        params.give_way_after(message.number).await;
    }
    Ok(waited)
}
// endregion
