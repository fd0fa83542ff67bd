//! A job per unit. The jobs that run look at a flag; those that still wait in the queue see it as soon as they begin.

use std::sync::Arc;
use std::thread;

use crossbeam_channel::bounded;

use super::{Params, Telling, Working};
use crate::measure::{Done, Halt, Measure, Tally};
use crate::models::thread_pool::{Pool, sum_of};

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    let (tally, telling) = (Tally::new(params.units), Telling::new(params, measure));
    let (done, results) = bounded(params.units);
    for unit in 0..params.units {
        // Dropped when its unit has stopped, whatever stopped it: the drop takes the time and reports.
        let working = Working { telling: Arc::clone(&telling), share: tally.share() };
        let done = done.clone();
        pool.execute(move || {
            let mut state = unit as u64;
            // Looked at between two pieces: a shorter piece is sooner to stop.
            while !working.telling.is_told() {
                state = working.telling.piece(state);
            }
            std::hint::black_box(state);
            // Dropped by hand, before the result is sent: what is counted must be counted when the clock stops.
            drop(working);
            let _ = done.send(1);
        })?;
    }
    drop(done);

    pool.go();
    thread::sleep(telling.after());
    let running = measure.start();
    // Raises the flag. A job cannot be taken out of the queue again, so each of them has still to run.
    telling.tell();
    let stopped = sum_of(&results, params.units)?;
    Ok(telling.with_figures(running.stop(stopped)))
}
