//! A job per reader: no more reads at once than there are workers.

use std::io;
use std::os::unix::fs::FileExt;

use crossbeam_channel::bounded;

use super::file::{Blocks, first_in};
use super::{Params, place, with_figures};
use crate::measure::{Done, Halt, Measure};
use crate::models::thread_pool::{Pool, sum_of};

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    let blocks = Blocks::write(params)?;
    let (done, results) = bounded(params.units);
    for unit in 0..params.units {
        // A handle for each reader, opened before the start.
        let (file, done, measure) = (blocks.open(unit)?, done.clone(), measure.clone());
        let work = move || {
            let mut block = vec![0; params.block_bytes()];
            let mut sum = 0_u64;
            let mut lap = measure.lap();
            for round in 0..params.rounds {
                let offset = place(params, measure.seed(), unit, round) * params.block_bytes() as u64;
                // One system call, `pread`, which names its place: no seek. It blocks this thread, and the jobs in the queue
                // wait.
                file.read_exact_at(&mut block, offset)?;
                lap.done();
                sum = sum.wrapping_add(first_in(&block));
            }
            io::Result::Ok(sum)
        };
        pool.execute(move || {
            // A job whose read fails sends no result: the wait for it then ends in an error.
            if let Ok(sum) = work() {
                let _ = done.send(sum);
            }
        })?;
    }
    // From here on only the jobs hold senders. If one is lost to a panic, the channel closes with the last of the others, and the
    // wait ends in an error.
    drop(done);

    let running = measure.start();
    pool.go();
    let answer = sum_of(&results, params.units)?;
    Ok(with_figures(params, running.stop(answer)))
}
