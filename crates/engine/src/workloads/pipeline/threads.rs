//! A thread per stage. A stage whose queue is empty sleeps, and so does one whose next queue is full.

use std::thread;

use crossbeam_channel::{Receiver, bounded};

use super::{Item, Occupancy, Params, with_figures};
use crate::measure::{Done, Gate, Halt, Measure};

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    // The stages, and the thread that puts the items in.
    let gate = Gate::new(params.units + 1);
    let (first, mut incoming) = bounded::<Item>(params.capacity);
    let mut stages = Vec::with_capacity(params.units);
    for stage in 0..params.units {
        let (next, after) = bounded(params.capacity);
        // Each stage takes the receiving end of the queue before it, and leaves that of the queue behind it to the next.
        let from_last: Receiver<Item> = std::mem::replace(&mut incoming, after);
        let gate = gate.clone();
        let work = move || {
            gate.wait();
            let mut occupancy = Occupancy::default();
            // Ends when the stage before has: that drops its sender, and so the queues close one after the other.
            for item in &from_last {
                occupancy.look((from_last.len() + 1).min(params.capacity));
                // Sleeps while the next queue is full, and takes nothing out of its own meanwhile, which fills: that is
                // backpressure.
                if next.send(item.worked(params)).is_err() {
                    break;
                }
            }
            occupancy
        };
        stages.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(stage, "thread", &error))?);
    }
    let source = {
        let gate = gate.clone();
        let work = move || {
            gate.wait();
            (0..params.items).all(|number| first.send(Item::new(number)).is_ok())
        };
        thread::Builder::new().spawn(work).map_err(|error| Halt::at(params.units, "thread", &error))?
    };

    gate.all_wait();
    let running = measure.start();
    gate.open();
    let mut answer = 0_u64;
    // This thread takes out what the last stage sends, through one more queue.
    for item in incoming {
        measure.record_since(item.put_in);
        answer = answer.wrapping_add(item.value);
    }
    let done = running.stop(answer);
    source.join()?;
    let occupancies = stages.into_iter().map(|stage| stage.join()).collect::<Result<Vec<_>, _>>()?;
    Ok(with_figures(params, done, &occupancies))
}
