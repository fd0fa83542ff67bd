//! A thread per stage. A stage whose queue is empty sleeps, and so does one whose next queue is full.

use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::{Item, Outcome, Params, Work, answer_of, with_figures, works};
use crate::measure::{Done, Gate, Halt, Measure};
use crate::models::placement::Placement;

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let placement: Placement = measure.setting();
    // The stages, and the thread that puts the items in.
    let gate = Gate::new(params.units + 1);
    let (items, works) = works(params, measure);
    let (first, mut incoming) = bounded::<Item>(params.capacity);
    let mut stages = Vec::with_capacity(params.units);
    for (number, work) in works.into_iter().enumerate() {
        // Each stage takes the receiving end of the queue before it, and leaves that of the queue behind it to the next.
        let (next, after) = bounded(params.capacity);
        let from_last = std::mem::replace(&mut incoming, after);
        let next = (number + 1 < params.units).then_some(next);
        let gate = gate.clone();
        // region: make
        let work = move || -> Result<Outcome, Halt> {
            // endregion
            placement.keep_thread(0, number + 1)?;
            gate.wait();
            Ok(stage(work, &from_last, next.as_ref()))
        };
        // region: make
        stages.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(number, "thread", &error))?);
        // endregion
    }
    let source = {
        let gate = gate.clone();
        let work = move || -> Result<(), Halt> {
            placement.keep_thread(0, 0)?;
            gate.wait();
            // region: wait
            for item in items {
                if first.send(item).is_err() {
                    break;
                }
            }
            // endregion
            Ok(())
        };
        thread::Builder::new().spawn(work).map_err(|error| Halt::at(params.units, "thread", &error))?
    };

    let mut outcomes = Vec::with_capacity(params.units);
    gate.all_wait();
    let running = measure.start();
    gate.open();
    // region: join
    source.join()??;
    for stage in stages {
        outcomes.push(stage.join()??);
    }
    // endregion
    let done = running.stop(answer_of(&outcomes));
    Ok(with_figures(params, done, &outcomes))
}

// region: work
/// Ends when the stage before has: that drops its sender, and so the queues close one after the other.
fn stage(mut work: Work, from_last: &Receiver<Item>, next: Option<&Sender<Item>>) -> Outcome {
    for item in from_last {
        let item = work.on(item);
        match next {
            // Sleeps while the next queue is full, and takes nothing out of its own meanwhile, which fills: that is backpressure.
            Some(next) => {
                if next.send(item).is_err() {
                    break;
                }
            }
            None => work.out(item),
        }
    }
    work.outcome
}
// endregion
