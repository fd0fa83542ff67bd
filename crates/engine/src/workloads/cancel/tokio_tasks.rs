//! A task per unit. Its future is dropped at the point where it awaits, and with that everything that it holds; there is no flag
//! to look at.

use std::sync::Arc;

use tokio::task::{JoinSet, yield_now};
use tokio::time::sleep;

use super::{Params, Telling, Working};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally, telling) = (AsyncGate::new(params.units), Tally::new(params.units), Telling::new(params, &measure));
    let mut units = JoinSet::new();
    for unit in 0..params.units {
        // Dropped when its unit has stopped, whatever stopped it: the drop takes the time and reports.
        let working = Working { telling: Arc::clone(&telling), share: tally.share() };
        let gate = gate.clone();
        units.spawn(async move {
            gate.wait().await;
            let mut state = unit as u64;
            loop {
                state = std::hint::black_box(working.telling.piece(state));
                // The only place at which it can be cancelled: a task that never awaits cannot be stopped at all.
                yield_now().await;
            }
        });
    }

    gate.all_wait().await;
    gate.open();
    sleep(telling.after()).await;
    let running = measure.start();
    telling.tell();
    // Only marks the tasks. A worker drops each when its turn comes, and one that runs at its next `.await`: so the drops are
    // waited for.
    units.abort_all();
    let stopped = tally.all().await?;
    let done = running.stop(stopped);
    while let Some(unit) = units.join_next().await {
        // Cancelled, as it was told to be; a panic is another matter.
        match unit {
            Err(error) if error.is_cancelled() => {}
            Err(error) => return Err(error.into()),
            Ok(()) => {}
        }
    }
    Ok(telling.with_figures(done))
}
