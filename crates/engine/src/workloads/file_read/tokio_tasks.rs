//! A task per reader. It hands every read to a thread of the runtime's blocking pool, and awaits it.

use std::os::unix::fs::FileExt;
use std::sync::Arc;

use tokio::task::{JoinSet, spawn_blocking};

use super::file::{Blocks, first_in};
use super::{Params, offset, with_figures};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let blocks = Blocks::write(params)?;
    let gate = AsyncGate::new(params.units);
    let mut units = JoinSet::new();
    for unit in 0..params.units {
        // A handle for each reader, opened before the start.
        let (file, gate, measure) = (Arc::new(blocks.open(unit)?), gate.clone(), measure.clone());
        // region: make
        units.spawn(async move {
            // endregion
            let mut block = vec![0; params.block_bytes()];
            gate.wait().await;
            let mut sum = 0_u64;
            let mut lap = measure.lap(unit, params.rounds);
            while let Some(round) = lap.another() {
                // region: wait
                let offset = offset(params, measure.seed(), unit, round);
                let file = Arc::clone(&file);
                // One way to the blocking pool and back for each read. `tokio::fs::File` would go two, one to seek and one to
                // read, through a buffer of its own: it is for reading a file from its beginning to its end. The buffer goes
                // along and comes back, because the thread may outlive this task.
                block = spawn_blocking(move || file.read_exact_at(&mut block, offset).map(|()| block)).await??;
                // endregion
                lap.done();
                sum = sum.wrapping_add(first_in(&block));
            }
            Ok::<u64, Halt>(sum)
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut answer = 0_u64;
    // region: join
    // A `JoinSet` hands tasks back as they end, and aborts those that are left if this function returns early with an error.
    while let Some(unit) = units.join_next().await {
        answer = answer.wrapping_add(unit??);
    }
    // endregion
    Ok(with_figures(params, running.stop(answer)))
}
