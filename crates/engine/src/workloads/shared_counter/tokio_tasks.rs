//! A task per unit, and std's mutex or Tokio's own, which gives way at `.await`.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinSet;

use super::{Lock, Params};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let std_counter = Arc::new(Mutex::new(0_u64));
    let tokio_counter = Arc::new(tokio::sync::Mutex::new(0_u64));
    let gate = AsyncGate::new(params.units);
    let mut units = JoinSet::new();
    for _ in 0..params.units {
        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        match params.lock {
            Lock::Std => {
                // Right here: std's is held for one addition and never across `.await`, so no task can be put aside while it
                // holds it, and no more threads want it than there are workers.
                let counter = Arc::clone(&std_counter);
                units.spawn(async move {
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
                // Right if the guard must live across `.await`. It costs more, and is strictly fair: a task that runs and wants
                // it queues behind those that are put aside.
                let counter = Arc::clone(&tokio_counter);
                units.spawn(async move {
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
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // A `JoinSet` hands tasks back as they end, and aborts those that are left if this function returns early with an error.
    while let Some(unit) = units.join_next().await {
        unit?;
    }
    let behind_tokio = *tokio_counter.lock().await;
    let behind_std = *std_counter.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(running.stop(behind_tokio + behind_std))
}
