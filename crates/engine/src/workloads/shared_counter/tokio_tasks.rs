//! A task a unit. std's mutex is right where it is held for a moment and never across `.await`, as here: no more threads want it than
//! there are workers. Tokio's own is for a guard that must live across `.await`, and costs more.

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
    while let Some(unit) = units.join_next().await {
        unit?;
    }
    let behind_tokio = *tokio_counter.lock().await;
    let behind_std = *std_counter.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(running.stop(behind_tokio + behind_std))
}
