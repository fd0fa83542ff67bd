//! A thread per unit, asleep in the kernel.

use std::thread;

use super::{Params, STEPS};
use crate::measure::{Done, Gate, Growth, Halt, Measure};

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let gate = Gate::new(params.units);
    let mut growth = Growth::default();
    let mut units = Vec::with_capacity(params.units);
    let running = measure.start();
    for _ in 0..STEPS {
        for _ in 0..params.units / STEPS {
            let gate = gate.clone();
            let timed = params.sample(units.len(), measure).map(|sample| (sample, measure.clone()));
            let unit = move || {
                if let Some((sample, measure)) = timed {
                    measure.sampled(sample);
                }
                gate.wait();
            };
            // `Builder`, because `thread::spawn` panics if the machine refuses a thread; here a refusal is a result.
            units.push(thread::Builder::new().spawn(unit).map_err(|error| Halt::at(units.len(), "thread", &error))?);
        }
        // Memory is read when all units so far are parked: one that is still starting would not be counted in full.
        gate.so_many_wait(units.len());
        growth.read(units.len());
    }
    let mut done = running.stop(units.len() as u64);
    done.extra = growth.per_unit();

    // After the measured part: the gate is only what the threads are parked at.
    gate.open();
    for unit in units {
        unit.join()?;
    }
    Ok(done)
}
