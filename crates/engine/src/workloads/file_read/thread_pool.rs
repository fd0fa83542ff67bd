//! A job per reader: no more reads at once than there are workers. If there is time for more, the reader queues again.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use crossbeam_channel::{Sender, bounded};

use super::file::{Blocks, first_in};
use super::{Params, offset, with_figures};
use crate::measure::{Done, Halt, Lap, Measure};
use crate::models::thread_pool::{Pool, sum_of};

/// A reader, on its way from job to job.
struct Unit {
    number: usize,
    file: File,
    block: Vec<u8>,
    sum: u64,
    lap: Lap,
    done: Sender<u64>,
}

impl Unit {
    /// Its next turn.
    fn read(&mut self, params: Params, seed: u64) -> io::Result<()> {
        // region: wait
        for _ in 0..params.rounds {
            let Some(round) = self.lap.another() else { break };
            // One system call, `pread`, which names its place: no seek. It blocks this thread, and the jobs in the queue wait.
            self.file.read_exact_at(&mut self.block, offset(params, seed, self.number, round))?;
            self.lap.done();
            self.sum = self.sum.wrapping_add(first_in(&self.block));
        }
        // endregion
        Ok(())
    }
}

// region: work
fn next(params: Params, seed: u64, mut unit: Unit, pool: &Pool) {
    // A job whose read fails sends no result: the wait for it then ends in an error.
    let Ok(()) = unit.read(params, seed) else { return };
    if unit.lap.another().is_some() {
        let again = pool.clone();
        // The queue has room for every unit. An error means that every thread is gone, and then nobody waits for this one.
        let _ = pool.execute(move || next(params, seed, unit, &again));
    } else {
        let Unit { sum, lap, done, .. } = unit;
        drop(lap);
        let _ = done.send(sum);
    }
}
// endregion

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    let blocks = Blocks::write(params)?;
    let (done, results) = bounded(params.units);
    for number in 0..params.units {
        // A handle for each reader, opened before the start.
        let (file, done, measure, again) = (blocks.open(number)?, done.clone(), measure.clone(), pool.clone());
        let block = vec![0; params.block_bytes()];
        // region: make
        pool.execute(move || {
            let lap = measure.lap(number, params.rounds);
            next(params, measure.seed(), Unit { number, file, block, sum: 0, lap, done }, &again);
        })?;
        // endregion
    }
    // From here on only the jobs hold senders. If one is lost to a panic, the channel closes with the last of the others, and the
    // wait ends in an error.
    drop(done);

    let running = measure.start();
    pool.go();
    // region: join
    let answer = sum_of(&results, params.units)?;
    // endregion
    Ok(with_figures(params, running.stop(answer)))
}
