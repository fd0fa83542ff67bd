//! A task per unit. Its future is dropped at the point where it awaits, and with that everything that it holds; there is no flag
//! to look at.

use tokio::task::{JoinSet, yield_now};

use super::{Params, Telling, Working};
use crate::measure::{Done, Halt, Measure, Tally};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let (tally, telling) = (Tally::new(params.units), Telling::new(params, &measure));
    let mut units = JoinSet::new();
    let mut handles = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let mut working = Working::new(unit, &telling, tally.share());
        // region: make
        handles.push(units.spawn(async move {
            // endregion
            // region: work
            loop {
                working.piece();
                // The only place at which it can be cancelled: a task that never awaits cannot be stopped at all.
                yield_now().await;
            }
            // endregion
        }));
    }

    // region: join
    // Only marks the tasks. A worker drops each when its turn comes, and one that runs at its next `.await`: so the drops are
    // waited for.
    let teller = telling.teller(move || handles.iter().for_each(tokio::task::AbortHandle::abort))?;
    let stopped = tally.all().await?;
    // endregion
    // Does not wait: the teller has told everybody, or they would not have stopped.
    let running = teller.join()?;
    let done = running.stop(stopped);
    // region: join
    while let Some(unit) = units.join_next().await {
        // Cancelled, as it was told to be; a panic is another matter.
        match unit {
            Err(error) if error.is_cancelled() => {}
            Err(error) => return Err(error.into()),
            Ok(()) => {}
        }
    }
    // endregion
    Ok(telling.with_figures(done))
}
