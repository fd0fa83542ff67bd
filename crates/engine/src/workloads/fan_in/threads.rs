//! A thread per producer, and one that consumes. A send that waits sleeps in the kernel.

use std::thread;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded, unbounded};

use super::{Message, Params, Queue, Send, handle, with_figures};
use crate::measure::{Done, Gate, Halt, Measure};

/// A message, and where its answer goes if one is wanted.
type Sent = (Message, Option<Sender<u64>>);

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let gate = Gate::new(params.units);
    // crossbeam's channel and not std's: it tells how long its queue is, which is a figure here, and is one type with or without
    // a bound.
    let (queue, received) = match params.queue {
        Queue::Bounded => bounded::<Sent>(params.capacity),
        Queue::Unbounded => unbounded(),
    };
    let consumer = {
        let measure = measure.clone();
        thread::Builder::new().spawn(move || consume(&received, &measure)).map_err(|error| Halt::at(0, "thread", &error))?
    };
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, queue) = (gate.clone(), queue.clone());
        let work = move || {
            gate.wait();
            produce(params, &queue)
        };
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
    }
    // From here on only the producers hold senders: with the last of them the channel closes, and the consumer's loop ends.
    drop(queue);

    gate.all_wait();
    let running = measure.start();
    gate.open();
    let mut waited = 0;
    for unit in units {
        waited += unit.join()??;
    }
    let (answer, peak) = consumer.join()?;
    Ok(with_figures(params, running.stop(answer), peak, waited))
}

/// Ends when every producer has.
fn consume(received: &Receiver<Sent>, measure: &Measure) -> (u64, usize) {
    let (mut answer, mut peak) = (0_u64, 0);
    for (message, reply) in received {
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
fn produce(params: Params, queue: &Sender<Sent>) -> Result<u64, Halt> {
    let gone = || Halt::Failed("the consumer is gone".to_owned());
    let mut waited = 0;
    for number in 0..params.messages {
        let (reply, answer) = match params.send {
            Send::Tell => (None, None),
            // A channel for each answer, with room for it: the consumer never waits for the one that asked.
            Send::Ask => Some(bounded(1)).unzip(),
        };
        // Tried first only to count the sends that find the queue full: `send` alone would wait just as well.
        match queue.try_send((Message::new(number), reply)) {
            Ok(()) => {}
            Err(TrySendError::Full(sent)) => {
                waited += 1;
                queue.send(sent).map_err(|_| gone())?;
            }
            Err(TrySendError::Disconnected(_)) => return Err(gone()),
        }
        if let Some(answer) = answer {
            answer.recv().map_err(|_| gone())?;
        }
    }
    Ok(waited)
}
