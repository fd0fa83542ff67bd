//! A thread per unit: a stack is mapped, and the kernel makes a thread to run on it.

use std::thread;

use super::{Params, result};
use crate::measure::{Done, Halt, Measure};

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let seed = measure.seed();
    // Room for all handles before the clock is read: the vector does not grow in the measured part.
    let mut units = Vec::with_capacity(params.units);
    let mut answer = 0_u64;
    let (mut rounds, mut sampler) = (measure.rounds(1), measure.sampler(0, u64::MAX));
    let running = measure.start();
    while rounds.another().is_some() {
        for group in params.groups() {
            for unit in group {
                let timed = sampler.begin().map(|sample| (sample, measure.clone()));
                // region: make
                let work = move || {
                    if let Some((sample, measure)) = timed {
                        measure.sampled(sample);
                    }
                    result(seed, unit)
                };
                // `Builder`, because `thread::spawn` panics if the machine refuses a thread; here a refusal is a result.
                units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
                // endregion
            }
            // region: join
            // A join waits in the kernel until the thread is gone, and gets its result.
            for unit in units.drain(..) {
                answer = answer.wrapping_add(unit.join()?);
            }
            // endregion
        }
    }
    drop(sampler);
    Ok(running.stop(answer))
}
