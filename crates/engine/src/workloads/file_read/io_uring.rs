//! A task per reader, on one of the cores. It hands every read to the kernel with its buffer, and is told when the buffer is
//! full: the program has no thread that waits for it. (If a read cannot be done at once, the kernel uses one of its own.)

use compio::buf::BufResult;
use compio::fs::File;
use compio::io::AsyncReadAtExt;

use super::file::{Blocks, first_in};
use super::{Params, offset, with_figures};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::Cores;

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let blocks = Blocks::write(params)?;
    let (gate, tally) = (AsyncGate::new(params.units), Tally::new(params.units));
    for unit in 0..params.units {
        let (path, gate) = (blocks.path(), gate.clone());
        let (measure, mut share) = (measure.clone(), tally.share());
        // region: make
        cores.spawn(unit, move || async move {
            // endregion
            // A handle for each reader, opened before the start, on the core whose ring it is read through. If that or a read
            // fails, this unit ends without a report, and the tally says so.
            let Ok(file) = File::open(path).await else { return };
            let mut block = vec![0; params.block_bytes()];
            gate.wait().await;
            let mut sum = 0_u64;
            let mut lap = measure.lap(unit, params.rounds);
            while let Some(round) = lap.another() {
                // region: wait
                // The kernel writes into the buffer while the task is put aside, so the read must own it: it goes along and comes
                // back.
                let BufResult(read, filled) = file.read_exact_at(block, offset(params, measure.seed(), unit, round)).await;
                let Ok(()) = read else { return };
                block = filled;
                // endregion
                lap.done();
                sum = sum.wrapping_add(first_in(&block));
            }
            drop(lap);
            share.report(sum);
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    let answer = tally.all().await?;
    // endregion
    Ok(with_figures(params, running.stop(answer)))
}
