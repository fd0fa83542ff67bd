//! A task per unit. Dropping its handle cancels it: its future is dropped at the point where it awaits, and there is no flag to
//! look at.

use std::sync::Arc;

use smol::future::yield_now;
use smol::{Executor, Timer};

use super::{Params, Telling, Working};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally, telling) = (AsyncGate::new(params.units), Tally::new(params.units), Telling::new(params, &measure));
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        // Dropped when its unit has stopped, whatever stopped it: the drop takes the time and reports.
        let working = Working { telling: Arc::clone(&telling), share: tally.share() };
        let gate = gate.clone();
        units.push(executor.spawn(async move {
            gate.wait().await;
            let mut state = unit as u64;
            loop {
                state = std::hint::black_box(working.telling.piece(state));
                // The only place at which it can be cancelled: a task that never awaits cannot be stopped at all.
                yield_now().await;
            }
        }));
    }
    let units: Vec<smol::Task<()>> = units;

    gate.all_wait().await;
    gate.open();
    Timer::after(telling.after()).await;
    let running = measure.start();
    telling.tell();
    // Only marks the tasks. A thread of the executor drops each when its turn comes, and one that runs at its next `.await`: so
    // the drops are waited for.
    drop(units);
    let stopped = tally.all().await?;
    Ok(telling.with_figures(running.stop(stopped)))
}
