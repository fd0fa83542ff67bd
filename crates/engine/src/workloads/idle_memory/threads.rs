//! A thread per unit, asleep in the kernel.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::{Params, WaitsAt, with_figures};
use crate::measure::{Done, Gate, Growth, Halt, Measure};

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let (gate, over) = (Gate::new(params.units), Arc::new(AtomicBool::new(false)));
    let mut growth = Growth::default();
    let mut units = Vec::with_capacity(params.units);
    let mut sampler = measure.sampler(0, u64::MAX);
    let running = measure.start();
    for count in params.steps() {
        while units.len() < count {
            let (gate, over) = (gate.clone(), over.clone());
            let timed = sampler.begin().map(|sample| (sample, measure.clone()));
            // region: make
            let unit = move || {
                // endregion
                if let Some((sample, measure)) = timed {
                    measure.sampled(sample);
                }
                // region: wait
                match params.waits_at {
                    WaitsAt::Gate => gate.wait(),
                    WaitsAt::Nothing => {
                        gate.arrive();
                        // It may return without a reason, so it is asked again.
                        while !over.load(Ordering::Acquire) {
                            thread::park();
                        }
                    }
                }
                // endregion
            };
            // region: make
            // `Builder`, because `thread::spawn` panics if the machine refuses a thread; here a refusal is a result.
            units.push(thread::Builder::new().spawn(unit).map_err(|error| Halt::at(units.len(), "thread", &error))?);
            // endregion
        }
        // Memory is read when all units so far are parked: one that is still starting would not be counted in full.
        gate.so_many_wait(count);
        growth.read(count);
    }
    drop(sampler);
    let done = running.stop(0);
    let parked = units.iter().filter(|unit| !unit.is_finished()).count();

    // region: join
    // After the measured part: the gate is only what the threads are parked at.
    gate.open();
    over.store(true, Ordering::Release);
    for unit in units {
        unit.thread().unpark();
        unit.join()?;
    }
    // endregion
    Ok(with_figures(done, &growth, parked))
}
