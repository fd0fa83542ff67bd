//! A job of a scope per unit. As in any pool, a job looks at a flag.

use std::sync::Arc;
use std::thread;

use rayon::ThreadPool;

use super::{Params, Telling, Working};
use crate::measure::{Done, Halt, Measure, Running, Tally};

pub(super) fn run(params: Params, pool: &Arc<ThreadPool>, measure: &Measure) -> Result<Done, Halt> {
    let (tally, telling) = (Tally::new(params.units), Telling::new(params, measure));
    // The scope blocks this thread until its jobs have ended, so another thread has to tell them.
    let teller = {
        let (telling, measure) = (Arc::clone(&telling), measure.clone());
        let tell = move || -> Running {
            thread::sleep(telling.after());
            let running = measure.start();
            // Raises the flag. A job cannot be taken out of the queue again, so each of them has still to run.
            telling.tell();
            running
        };
        thread::Builder::new().spawn(tell).map_err(|error| Halt::at(0, "thread", &error))?
    };
    pool.scope(|scope| {
        for unit in 0..params.units {
            // Dropped when its unit has stopped, whatever stopped it: the drop takes the time and reports.
            let working = Working { telling: Arc::clone(&telling), share: tally.share() };
            scope.spawn(move |_| {
                let mut state = unit as u64;
                // Looked at between two pieces: a shorter piece is sooner to stop.
                while !working.telling.is_told() {
                    state = working.telling.piece(state);
                }
                std::hint::black_box(state);
            });
        }
    });
    let running = teller.join()?;
    Ok(telling.with_figures(running.stop(tally.sum())))
}
