//! A thread per reader: it blocks in `read`, and that is all.

use std::os::unix::fs::FileExt;
use std::thread;

use super::file::{Blocks, first_in};
use super::{Params, offset, with_figures};
use crate::measure::{Done, Gate, Halt, Measure};

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let blocks = Blocks::write(params)?;
    let gate = Gate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        // A handle for each reader, opened before the start.
        let (file, gate, measure) = (blocks.open(unit)?, gate.clone(), measure.clone());
        // region: make
        let work = move || {
            // endregion
            let mut block = vec![0; params.block_bytes()];
            gate.wait();
            let mut sum = 0_u64;
            let mut lap = measure.lap(unit, params.rounds);
            while let Some(round) = lap.another() {
                // region: wait
                let offset = offset(params, measure.seed(), unit, round);
                // One system call, `pread`, which names its place: no seek. It blocks this thread and no other.
                file.read_exact_at(&mut block, offset)?;
                // endregion
                lap.done();
                sum = sum.wrapping_add(first_in(&block));
            }
            Ok::<u64, Halt>(sum)
        };
        // region: make
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
        // endregion
    }

    gate.all_wait();
    let running = measure.start();
    gate.open();
    let mut answer = 0_u64;
    // region: join
    // Joined in the order in which they were made: the measured part ends with the last, whatever the order.
    for unit in units {
        answer = answer.wrapping_add(unit.join()??);
    }
    // endregion
    Ok(with_figures(params, running.stop(answer)))
}
