//! A task per unit. Dropping its handle cancels it: its future is dropped at the point where it awaits, and there is no flag to
//! look at.

use std::sync::Arc;

use smol::future::yield_now;
use smol::{Executor, Task};

use super::{Params, Telling, Working};
use crate::measure::{Done, Halt, Measure, Tally};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let (tally, telling) = (Tally::new(params.units), Telling::new(params, &measure));
    let mut units: Vec<Task<()>> = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let mut working = Working::new(unit, &telling, tally.share());
        // region: make
        units.push(executor.spawn(async move {
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
    // Only marks the tasks. A thread of the executor drops each when its turn comes, and one that runs at its next `.await`: so
    // the drops are waited for.
    let teller = telling.teller(move || drop(units))?;
    let stopped = tally.all().await?;
    // endregion
    // Does not wait: the teller has told everybody, or they would not have stopped.
    let running = teller.join()?;
    Ok(telling.with_figures(running.stop(stopped)))
}
