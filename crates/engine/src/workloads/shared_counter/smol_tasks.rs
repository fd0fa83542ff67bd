//! A task per unit, and std's mutex or smol's own, which gives way at `.await`.

use std::sync::{Arc, Mutex, PoisonError};

use smol::Executor;

use super::{Lock, Params};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let std_counter = Arc::new(Mutex::new(0_u64));
    let smol_counter = Arc::new(smol::lock::Mutex::new(0_u64));
    let gate = AsyncGate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for _ in 0..params.units {
        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        let unit = match params.lock {
            Lock::Std => {
                // Right here: std's is held for one addition and never across `.await`, so no task can be put aside while it
                // holds it, and no more threads want it than there are workers.
                let counter = Arc::clone(&std_counter);
                executor.spawn(async move {
                    gate.wait().await;
                    let mut lap = measure.lap();
                    for batch in params.batches() {
                        for _ in 0..batch {
                            *counter.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                        }
                        lap.done_batch(batch);
                    }
                })
            }
            Lock::Async => {
                // Right if the guard must live across `.await`. It is fair only in the end: a task that runs may take it before
                // those that are put aside, unless one of them has waited for half a millisecond.
                let counter = Arc::clone(&smol_counter);
                executor.spawn(async move {
                    gate.wait().await;
                    let mut lap = measure.lap();
                    for batch in params.batches() {
                        for _ in 0..batch {
                            *counter.lock().await += 1;
                        }
                        lap.done_batch(batch);
                    }
                })
            }
        };
        units.push(unit);
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // Awaited in the order of spawning. A handle that is dropped cancels its task, as happens if this function returns early.
    for unit in units {
        unit.await;
    }
    let behind_smol = *smol_counter.lock().await;
    let behind_std = *std_counter.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(running.stop(behind_smol + behind_std))
}
