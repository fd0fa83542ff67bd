//! A thread per blocker, and one for the heart. A thread that blocks holds up no other: there is nothing to fix.

use std::sync::Arc;
use std::thread;

use super::heartbeat::{Heartbeat, Span};
use super::{PAUSE, Params, block};
use crate::measure::{Done, Gate, Halt, Measure};

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let gate = Gate::new(params.units + 1);
    let span = Arc::new(Span::default());
    let heart = {
        let (gate, span) = (gate.clone(), span.clone());
        let beat = move || {
            gate.wait();
            let mut heartbeat = Heartbeat::since(span.start());
            // region: wait
            while !span.is_over() {
                thread::sleep(heartbeat.wait());
                heartbeat.beat();
            }
            // endregion
            // A gap that lasts until the end counts too.
            heartbeat.beat();
            heartbeat
        };
        thread::Builder::new().spawn(beat).map_err(|error| Halt::at(0, "thread", &error))?
    };
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, measure) = (gate.clone(), measure.clone());
        // region: make
        let work = move || {
            // endregion
            gate.wait();
            let mut calls = 0;
            let mut lap = measure.lap(unit, params.rounds);
            while lap.another().is_some() {
                // region: work
                // In place, either way: the kernel puts this thread aside and runs others.
                calls += block(params);
                // endregion
                lap.done();
                // region: wait
                thread::sleep(PAUSE);
                // endregion
            }
            calls
        };
        // region: make
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
        // endregion
    }

    gate.all_wait();
    let running = measure.start();
    span.begin();
    gate.open();
    let mut calls = 0;
    // region: join
    // Joined in the order in which they were made: the measured part ends with the last, whatever the order.
    for unit in units {
        calls += unit.join()?;
    }
    // endregion
    let done = running.stop(calls);
    span.end();
    Ok(heart.join()?.with_figures(done))
}
