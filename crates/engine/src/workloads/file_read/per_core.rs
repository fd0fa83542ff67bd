//! A task per reader, on one of the cores. It hands every read to a thread of that core's blocking pool (a runtime of Tokio's is
//! under Actix's arbiters as well), and awaits it.

use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use tokio::task::spawn_blocking;

use super::file::{Blocks, first_in};
use super::{Params, offset, with_figures};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::Cores;

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let blocks = Blocks::write(params)?;
    let (gate, tally) = (AsyncGate::new(params.units), Tally::new(params.units));
    for unit in 0..params.units {
        // A handle for each reader, opened before the start.
        let (file, gate) = (Arc::new(blocks.open(unit)?), gate.clone());
        let (measure, mut share) = (measure.clone(), tally.share());
        // region: make
        cores.spawn(unit, move || async move {
            // endregion
            let mut block = vec![0; params.block_bytes()];
            gate.wait().await;
            let mut sum = 0_u64;
            let mut lap = measure.lap(unit, params.rounds);
            while let Some(round) = lap.another() {
                // region: wait
                let offset = offset(params, measure.seed(), unit, round);
                let file = Arc::clone(&file);
                // The task stays on its core, its reads do not: the threads for what blocks run where the kernel puts them. If a
                // read fails, this unit ends without a report, and the tally says so.
                let read = spawn_blocking(move || file.read_exact_at(&mut block, offset).map(|()| block));
                let Ok(io::Result::Ok(read)) = read.await else { return };
                block = read;
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
