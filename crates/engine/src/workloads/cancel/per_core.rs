//! A task per unit, on one of the cores. It is inside an `Abortable`, whose handle, unlike that of a task which may not leave its
//! core, tells it from any thread: its future is then dropped at the point where it awaits.

use futures_util::FutureExt;
use futures_util::future::{AbortHandle, Aborted, abortable};

use super::{Params, Telling, Working};
use crate::measure::{Done, Halt, Measure, Tally};
use crate::models::cores::{Cores, yield_now};

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let (tally, telling) = (Tally::new(params.units), Telling::new(params, &measure));
    let mut handles = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let mut working = Working::new(unit, &telling, tally.share());
        // region: work
        let work = async move {
            loop {
                working.piece();
                // The only place at which it can be stopped: a task that never awaits cannot be.
                yield_now().await;
            }
        };
        // endregion
        // region: make
        let (task, handle) = abortable(work);
        // What it returns says that it was told: it has no other end.
        cores.spawn(unit, move || task.map(|_: Result<(), Aborted>| ()));
        handles.push(handle);
        // endregion
    }

    // region: join
    // Marks each task and wakes it. It is dropped when its turn comes: so the drops are waited for.
    let teller = telling.teller(move || handles.iter().for_each(AbortHandle::abort))?;
    let stopped = tally.all().await?;
    // endregion
    // Does not wait: the teller has told everybody, or they would not have stopped.
    let running = teller.join()?;
    Ok(telling.with_figures(running.stop(stopped)))
}
