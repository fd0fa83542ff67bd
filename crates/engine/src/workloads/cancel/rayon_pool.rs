//! A job of a scope a unit. As in any pool, a job looks at a flag.

use std::sync::Arc;
use std::thread;

use rayon::ThreadPool;

use super::{Params, Telling, Working};
use crate::measure::{Done, Halt, Measure, Running, Tally};

pub(super) fn run(params: Params, pool: &Arc<ThreadPool>, measure: &Measure) -> Result<Done, Halt> {
    let (tally, telling) = (Tally::new(params.units), Telling::new(params, measure));
    // The scope waits for its jobs, so whoever tells them to stop must be another thread.
    let teller = {
        let (telling, measure) = (Arc::clone(&telling), measure.clone());
        let tell = move || -> Running {
            thread::sleep(telling.after());
            let running = measure.start();
            telling.tell();
            running
        };
        thread::Builder::new().spawn(tell).map_err(|error| Halt::at(0, "thread", &error))?
    };
    pool.scope(|scope| {
        for unit in 0..params.units {
            let working = Working { telling: Arc::clone(&telling), share: tally.share() };
            scope.spawn(move |_| {
                let mut state = unit as u64;
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
