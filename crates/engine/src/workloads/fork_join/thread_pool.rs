//! A job for the other half of each fork. No job may wait for another: with every thread of the pool waiting, none would be
//! left to do it. So the two halves share what they found, and the one that ends last goes on with the node above.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_channel::{Sender, bounded};

use super::{Node, Params};
use crate::measure::{Done, Halt, Lap, Measure};
use crate::models::thread_pool::{Pool, sum_of};

/// A node that waits for its halves, each of which holds it.
struct Fork {
    sum: AtomicU64,
    above: Above,
}

/// Who wants the sum of a node.
enum Above {
    Fork(Arc<Fork>),
    /// Nobody: it is the root.
    Unit(Box<Unit>),
}

/// A unit, on its way from job to job.
struct Unit {
    root: Node,
    lap: Lap,
    answer: u64,
    done: Sender<u64>,
}

// region: work
/// Goes down to where nothing is forked, then up as far as this is the last.
fn work(mut node: Node, mut above: Above, pool: &Pool) {
    while let Some((left, right)) = node.fork() {
        let fork = Arc::new(Fork { sum: AtomicU64::new(0), above });
        let (half, again) = (Above::Fork(Arc::clone(&fork)), pool.clone());
        // The queue has room for every half. It is one queue for all, first in, first out: a pool like this goes through a
        // tree level by level, and its threads meet at the queue for each fork.
        let Ok(()) = pool.execute(move || work(left, half, &again)) else { return };
        (node, above) = (right, Above::Fork(fork));
    }
    let mut sum = node.sum();
    loop {
        match above {
            Above::Fork(fork) => {
                // Relaxed will do: giving up the `Arc` comes after it, and taking the last one sees all that came before.
                fork.sum.fetch_add(sum, Ordering::Relaxed);
                let Some(last) = Arc::into_inner(fork) else { return };
                (sum, above) = (last.sum.into_inner(), last.above);
            }
            Above::Unit(mut unit) => {
                unit.answer = unit.answer.wrapping_add(sum);
                unit.lap.done();
                return next(unit, pool);
            }
        }
    }
}
// endregion

/// The unit's next tree, if there is to be another.
fn next(unit: Box<Unit>, pool: &Pool) {
    if unit.lap.another().is_some() {
        let again = pool.clone();
        // An error means that every thread is gone, and then nobody waits for this one.
        let _ = pool.execute(move || work(unit.root, Above::Unit(unit), &again));
    } else {
        let Unit { lap, answer, done, .. } = *unit;
        drop(lap);
        let _ = done.send(answer);
    }
}

pub(super) fn run(params: Params, pool: &Pool, measure: &Measure) -> Result<Done, Halt> {
    // Room for every result: no job waits to hand over its own.
    let (done, results) = bounded(params.units);
    for unit in 0..params.units {
        let (root, measure, done, again) = (params.tree(measure.seed(), unit), measure.clone(), done.clone(), pool.clone());
        // region: make
        pool.execute(move || {
            let unit = Box::new(Unit { root, lap: measure.lap(unit, params.rounds), answer: 0, done });
            // Its first turn may come when the measured time is over.
            if unit.lap.another().is_some() {
                work(root, Above::Unit(unit), &again);
            } else {
                next(unit, &again);
            }
        })?;
        // endregion
    }
    // From here on only the jobs hold senders. If one is lost to a panic, the channel closes with the last of the others, and
    // the wait ends in an error.
    drop(done);

    let running = measure.start();
    // The pool's own gate: all jobs are in the queue before the first is begun, and its threads wait until now.
    pool.go();
    // region: join
    let answer = sum_of(&results, params.units)?;
    // endregion
    Ok(params.with_figures(running.stop(answer)))
}
