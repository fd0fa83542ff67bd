//! A task per producer, and one that consumes, all on one core, as tasks are that spawn each other: then no send wakes a thread.
//! Or on all cores in turn, if that is asked for.

use tokio::sync::oneshot;

use super::queue::{Receiver, Sender, queue};
use super::{Consumer, Message, Messages, Params, Send, Total, gone};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::Cores;

/// A message, and where its answer goes if one is wanted.
type Sent = (Message, Option<oneshot::Sender<u64>>);

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally) = (AsyncGate::new(params.units + 1), Tally::new(params.units));
    let (queue, received) = queue::<Sent>(params);
    let consumer = Consumer::new(&measure);
    for unit in 0..params.units {
        let (gate, queue, mut share) = (gate.clone(), queue.clone(), tally.share());
        let messages = Messages::new(params, unit, &measure, &consumer.taken);
        // region: make
        cores.spawn_among((0, unit + 1), move || async move {
            // endregion
            gate.wait().await;
            // If the consumer is gone, this producer ends without a report, and the tally says so.
            if let Ok(waited) = produce(params, messages, &queue).await {
                share.report(waited);
            }
        });
    }
    // From here on only the producers hold senders: with the last of them the channel closes, and the consumer's loop ends.
    drop(queue);
    let (tell, told) = oneshot::channel();
    let arrived = gate.clone();
    // region: make
    cores.spawn_among((0, 0), move || async move {
        // endregion
        arrived.arrive();
        let _ = tell.send(consume(consumer, received).await);
    });

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    let waited = tally.all().await?;
    let total = told.await.map_err(|_| gone())?;
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
        // Nothing is stolen here: a producer that never waited would keep its core to itself.
        params.give_way_after(message.number).await;
    }
    Ok(waited)
}
// endregion
