//! A thread for one half at each fork, in a scope, so that it may borrow; the other half is computed by the one that forks.

use std::sync::Arc;
use std::thread;

use super::{Node, Params};
use crate::measure::{Done, Gate, Halt, Measure};

fn sum(params: Params, seed: u64, node: Node) -> Result<u64, Halt> {
    let Some([one, other]) = node.halves(params) else { return Ok(node.computed(params, seed)) };
    thread::scope(|scope| {
        // `Builder`, because `spawn` panics if the machine refuses a thread; here a refusal is a result.
        let forked = thread::Builder::new().spawn_scoped(scope, || sum(params, seed, one));
        let forked = forked.map_err(|error| Halt::at(node.place as usize, "thread", &error))?;
        let other = sum(params, seed, other)?;
        Ok(forked.join()??.wrapping_add(other))
    })
}

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let gate = Gate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        let work = move || -> Result<u64, Halt> {
            gate.wait();
            let (mut answer, mut lap) = (0_u64, measure.lap(unit, params.rounds));
            while lap.another().is_some() {
                answer = answer.wrapping_add(sum(params, measure.seed(), Node::root(params, unit))?);
                lap.done();
            }
            Ok(answer)
        };
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
    }

    gate.all_wait();
    let running = measure.start();
    gate.open();
    let mut answer = 0_u64;
    for unit in units {
        answer = answer.wrapping_add(unit.join()??);
    }
    Ok(running.stop(answer))
}
