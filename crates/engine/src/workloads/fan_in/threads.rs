//! A thread per producer, and one that consumes. A send that waits sleeps in the kernel.

use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::{Consumer, Message, Messages, Params, Queue, Send, Total, gone};
use crate::measure::{Done, Gate, Halt, Measure};
use crate::models::placement::Placement;

/// A message, and where its answer goes if one is wanted.
type Sent = (Message, Option<Sender<u64>>);

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let placement: Placement = measure.setting();
    let gate = Gate::new(params.units + 1);
    // crossbeam's channel is one type with or without a bound; std's are the same inside, and two.
    let (queue, received) = match params.queue {
        Queue::Bounded => bounded::<Sent>(params.capacity),
        Queue::Unbounded => unbounded(),
    };
    let consumer = Consumer::new(measure);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, queue, messages) = (gate.clone(), queue.clone(), Messages::new(params, unit, measure, &consumer.taken));
        // region: make
        let work = move || -> Result<u64, Halt> {
            // endregion
            placement.keep_thread(0, unit + 1)?;
            gate.wait();
            produce(params, messages, &queue)
        };
        // region: make
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
        // endregion
    }
    // From here on only the producers hold senders: with the last of them the channel closes, and the consumer's loop ends.
    drop(queue);
    let consumer = {
        let gate = gate.clone();
        let work = move || -> Result<Total, Halt> {
            placement.keep_thread(0, 0)?;
            gate.arrive();
            Ok(consume(consumer, &received))
        };
        // region: make
        thread::Builder::new().spawn(work).map_err(|error| Halt::at(params.units, "thread", &error))?
        // endregion
    };

    gate.all_wait();
    let running = measure.start();
    gate.open();
    // region: join
    let mut waited = 0;
    for unit in units {
        waited += unit.join()??;
    }
    let total = consumer.join()??;
    // endregion
    let done = running.stop(total.answer);
    Ok(total.with_figures(done, waited))
}

// region: answer
/// Ends when every producer has.
fn consume(mut consumer: Consumer, received: &Receiver<Sent>) -> Total {
    for (message, reply) in received {
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
fn produce(params: Params, messages: Messages, queue: &Sender<Sent>) -> Result<u64, Halt> {
    let mut waited = 0;
    for message in messages {
        let (reply, answer) = match params.send {
            Send::Tell => (None, None),
            // A channel for each answer, with room for it: the consumer never waits for the one that asked.
            Send::Ask => Some(bounded(1)).unzip(),
        };
        // Tried only to count the sends that find the queue full: they sleep until there is a place.
        if let Err(error) = queue.try_send((message, reply)) {
            waited += 1;
            queue.send(error.into_inner()).map_err(|_| gone())?;
        }
        if let Some(answer) = answer {
            answer.recv().map_err(|_| gone())?;
        }
    }
    Ok(waited)
}
// endregion
