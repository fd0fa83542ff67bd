//! A thread for the other half of each fork, joined by the one that made it. The kernel makes each, gives it a stack and a
//! core, and takes them back.

use std::sync::Arc;
use std::thread::{self, Builder};

use super::{Node, Params};
use crate::measure::{Done, Gate, Halt, Measure};

// region: work
fn sum(node: Node) -> Result<u64, Halt> {
    let Some((left, right)) = node.fork() else { return Ok(node.sum()) };
    // The scope ends when its thread has: it could borrow what the halves have in common.
    thread::scope(|scope| {
        // `Builder`, because `scope.spawn` panics if the machine refuses a thread; here a refusal is a result.
        let left = Builder::new().spawn_scoped(scope, move || sum(left))?;
        let right = sum(right)?;
        Ok(left.join()??.wrapping_add(right))
    })
}
// endregion

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let gate = Gate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        // region: make
        let work = move || -> Result<u64, Halt> {
            // endregion
            let root = params.tree(measure.seed(), unit);
            let mut answer = 0_u64;
            gate.wait();
            let mut lap = measure.lap(unit, params.rounds);
            while lap.another().is_some() {
                answer = answer.wrapping_add(sum(root)?);
                lap.done();
            }
            Ok(answer)
        };
        // region: make
        units.push(Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
        // endregion
    }

    gate.all_wait();
    let running = measure.start();
    gate.open();
    let mut answer = 0_u64;
    // region: join
    // Joined in the order in which they were made: the measured part ends with the last, whatever the order.
    for unit in units {
        answer = answer.wrapping_add(unit.join()??);
    }
    // endregion
    Ok(params.with_figures(running.stop(answer)))
}
