//! A task per reader. `tokio::fs` hands every call to a thread of the blocking pool, and awaits it.

use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::task::JoinSet;

use super::file::{Blocks, first_in};
use super::{Params, place, with_figures};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let blocks = Blocks::write(params)?;
    let gate = AsyncGate::new(params.units);
    let mut units = JoinSet::new();
    for unit in 0..params.units {
        // A handle for each reader, opened before the start.
        let (file, gate, measure) = (blocks.open(unit)?, gate.clone(), measure.clone());
        units.spawn(async move {
            let mut file = File::from_std(file);
            gate.wait().await;
            let mut block = vec![0; params.block_bytes()];
            let mut sum = 0_u64;
            let mut lap = measure.lap();
            for round in 0..params.rounds {
                let offset = place(params, measure.seed(), unit, round) * params.block_bytes() as u64;
                // Two ways to the blocking pool and back for each read: the seek is one, the read the other, through a buffer of
                // the `File`'s own. `spawn_blocking` around `read_exact_at` would be one, and is the better choice for reads all
                // over a file.
                file.seek(std::io::SeekFrom::Start(offset)).await?;
                file.read_exact(&mut block).await?;
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
    // A `JoinSet` hands tasks back as they end, and aborts those that are left if this function returns early with an error.
    while let Some(unit) = units.join_next().await {
        answer = answer.wrapping_add(unit??);
    }
    Ok(with_figures(params, running.stop(answer)))
}
