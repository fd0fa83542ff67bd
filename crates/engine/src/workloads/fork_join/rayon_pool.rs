//! `rayon::join`: the other half is put into this thread's own queue, where an idle thread may steal it; if none has, this
//! thread takes it back and calls it. A fork that nobody steals is little more than a call.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::{ScopeFifo, ThreadPool, join};

use super::{Node, Params};
use crate::measure::{Done, Halt, Lap, Measure};

// region: work
fn sum(node: Node) -> u64 {
    let Some((left, right)) = node.fork() else { return node.sum() };
    // While a thread waits for a half that was stolen, it does other jobs, a whole other tree perhaps.
    let (left, right) = join(|| sum(left), || sum(right));
    left.wrapping_add(right)
}
// endregion

// region: work
/// A job for a tree, and the next one behind those that wait.
fn tree<'scope>(root: Node, mut lap: Lap, scope: &ScopeFifo<'scope>, answer: &'scope AtomicU64) {
    // Relaxed will do: the end of the scope comes after every addition.
    answer.fetch_add(sum(root), Ordering::Relaxed);
    lap.done();
    if lap.another().is_some() {
        scope.spawn_fifo(move |scope| tree(root, lap, scope, answer));
    }
}
// endregion

pub(super) fn run(params: Params, pool: &Arc<ThreadPool>, measure: &Measure) -> Result<Done, Halt> {
    let answer = AtomicU64::new(0);
    let running = measure.start();
    // region: join
    // Blocks this thread until all jobs have ended: that is the join, and it is why a job may borrow `answer`.
    pool.scope_fifo(|scope| {
        // endregion
        // region: make
        for unit in 0..params.units {
            let (root, measure, answer) = (params.tree(measure.seed(), unit), measure.clone(), &answer);
            scope.spawn_fifo(move |scope| {
                let lap = measure.lap(unit, params.rounds);
                // Its first turn may come when the measured time is over.
                if lap.another().is_some() {
                    tree(root, lap, scope, answer);
                }
            });
        }
        // endregion
    });
    Ok(params.with_figures(running.stop(answer.into_inner())))
}
