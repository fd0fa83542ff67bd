//! A job per unit. A panic would take the pool's thread with it, so each job catches its own, and tells. What is left to do is a
//! new job, behind all that wait already.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crossbeam_channel::{Sender, bounded};

use super::{End, Faults, Life, Params};
use crate::measure::{Done, Halt, Measure};
use crate::models::thread_pool::Pool;

/// Which unit, and how it ended.
type Ended = (usize, Result<End, Box<dyn Any + Send>>);

// region: make
fn execute(unit: usize, faults: &Arc<Faults>, pool: &Pool, ended: &Sender<Ended>) -> Result<(), Halt> {
    let (life, ended) = (faults.life(unit), ended.clone());
    pool.execute(move || {
        // Safe to unwind out of: what the panic left half done goes with the life.
        let end = catch_unwind(AssertUnwindSafe(move || live(life)));
        let _ = ended.send((unit, end));
    })
}
// endregion

// region: work
fn live(mut life: Life) -> End {
    while life.goes_on() {
        life.piece();
    }
    life.hand_over()
}
// endregion

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    let faults = Faults::new(params, measure);
    // Room for every unit: each has one job at a time, so none waits to tell its end.
    let (tell, ended) = bounded(params.units);
    for unit in 0..params.units {
        execute(unit, &faults, pool, &tell)?;
    }

    let running = measure.start();
    // The pool's own gate: all jobs are in the queue before the first is begun, and its threads wait until now.
    pool.go();
    // region: join
    let mut alive = params.units;
    while alive > 0 {
        let (unit, end) = ended.recv().map_err(|_| Halt::Failed("no job is left".to_owned()))?;
        let end = end.or_else(|payload| faults.join_error(payload))?;
        if faults.replaces(end) {
            execute(unit, &faults, pool, &tell)?;
        } else {
            alive -= 1;
        }
    }
    // endregion
    Ok(faults.with_figures(running.stop(faults.answer())))
}
