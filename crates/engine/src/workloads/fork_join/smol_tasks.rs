//! A task for one half at each fork, which any thread of the executor may take; the other half is computed by the one that forks.
//! The future of a function that awaits itself has no size, so each level is in a box.

use std::pin::Pin;
use std::sync::Arc;

use smol::Executor;

use super::{Node, Params};
use crate::measure::{AsyncGate, Done, Halt, Measure};

type Sum = Pin<Box<dyn Future<Output = u64> + Send>>;

fn sum(executor: Arc<Executor<'static>>, params: Params, seed: u64, node: Node) -> Sum {
    Box::pin(async move {
        let Some([one, other]) = node.halves(params) else { return node.computed(params, seed) };
        // The executor is passed on: whoever forks must have it in hand.
        let forked = executor.spawn(sum(Arc::clone(&executor), params, seed, one));
        let other = sum(executor, params, seed, other).await;
        forked.await.wrapping_add(other)
    })
}

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, measure, within) = (Arc::clone(&gate), measure.clone(), Arc::clone(&executor));
        units.push(executor.spawn(async move {
            gate.wait().await;
            let (mut answer, mut lap) = (0_u64, measure.lap(unit, params.rounds));
            while lap.another().is_some() {
                let tree = sum(Arc::clone(&within), params, measure.seed(), Node::root(params, unit));
                answer = answer.wrapping_add(tree.await);
                lap.done();
            }
            answer
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut answer = 0_u64;
    for unit in units {
        answer = answer.wrapping_add(unit.await);
    }
    Ok(running.stop(answer))
}
