//! A task per reader. `unblock` runs every read on a thread that is there for what blocks, and awaits it.

use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use smol::{Executor, unblock};

use super::file::{Blocks, first_in};
use super::{Params, offset, with_figures};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let blocks = Blocks::write(params)?;
    let gate = AsyncGate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        // A handle for each reader, opened before the start.
        let (file, gate, measure) = (Arc::new(blocks.open(unit)?), gate.clone(), measure.clone());
        // region: make
        units.push(executor.spawn(async move {
            // endregion
            let mut block = vec![0; params.block_bytes()];
            gate.wait().await;
            let mut sum = 0_u64;
            let mut lap = measure.lap(unit, params.rounds);
            while let Some(round) = lap.another() {
                // region: wait
                let offset = offset(params, measure.seed(), unit, round);
                let file = Arc::clone(&file);
                // One way to the pool and back for each read. The buffer goes along and comes back: the thread may outlive this
                // task, so it cannot borrow.
                block = unblock(move || file.read_exact_at(&mut block, offset).map(|()| block)).await?;
                // endregion
                lap.done();
                sum = sum.wrapping_add(first_in(&block));
            }
            io::Result::Ok(sum)
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut answer = 0_u64;
    // region: join
    // Awaited in the order of spawning. A handle that is dropped cancels its task, as happens if this function returns early.
    for unit in units {
        answer = answer.wrapping_add(unit.await?);
    }
    // endregion
    Ok(with_figures(params, running.stop(answer)))
}
