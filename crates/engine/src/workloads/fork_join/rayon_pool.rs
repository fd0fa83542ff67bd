//! `join` at each fork: one half goes to where another thread may steal it, the other is computed at once. If nobody has come for
//! the first, this thread takes it back, and no other was ever woken.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::{ThreadPool, join};

use super::{Node, Params};
use crate::measure::{Done, Halt, Measure};

fn sum(params: Params, seed: u64, node: Node) -> u64 {
    match node.halves(params) {
        None => node.computed(params, seed),
        Some([one, other]) => {
            let (one, other) = join(|| sum(params, seed, one), || sum(params, seed, other));
            one.wrapping_add(other)
        }
    }
}

pub(super) fn run(params: Params, pool: &Arc<ThreadPool>, measure: &Measure) -> Result<Done, Halt> {
    let (answer, seed) = (AtomicU64::new(0), measure.seed());
    let running = measure.start();
    // Ends when all trees have: that is the join, and it is why a job may borrow `answer`.
    pool.scope(|scope| {
        for unit in 0..params.units {
            let answer = &answer;
            scope.spawn(move |_| {
                let mut lap = measure.lap(unit, params.rounds);
                while lap.another().is_some() {
                    // While it waits for a half that was stolen, this thread computes others' halves.
                    answer.fetch_add(sum(params, seed, Node::root(params, unit)), Ordering::Relaxed);
                    lap.done();
                }
            });
        }
    });
    Ok(running.stop(answer.into_inner()))
}
