//! A task for the other half of each fork, in the executor's queues, from which any of its threads takes it; whoever waits for
//! it is put aside. (A program would hand work like this to Rayon.)

use std::sync::Arc;

use smol::Executor;
use smol::future::Boxed;

use super::{Node, Params};
use crate::measure::{AsyncGate, Done, Halt, Measure};

// region: work
/// Boxed, because a future that holds itself would have no size. There is no executor of the thread's own to spawn on: it is
/// taken along.
fn sum(node: Node, executor: Arc<Executor<'static>>) -> Boxed<u64> {
    Box::pin(async move {
        let Some((left, right)) = node.fork() else { return node.sum() };
        let left = executor.spawn(sum(left, Arc::clone(&executor)));
        let right = sum(right, executor).await;
        left.await.wrapping_add(right)
    })
}
// endregion

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, measure, forks) = (Arc::clone(&gate), measure.clone(), Arc::clone(&executor));
        // region: make
        units.push(executor.spawn(async move {
            // endregion
            let root = params.tree(measure.seed(), unit);
            let mut answer = 0_u64;
            gate.wait().await;
            let mut lap = measure.lap(unit, params.rounds);
            while lap.another().is_some() {
                answer = answer.wrapping_add(sum(root, Arc::clone(&forks)).await);
                lap.done();
            }
            answer
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut answer = 0_u64;
    // region: join
    // Awaited in the order of spawning. A handle that is dropped cancels its task, as happens if this function returns early.
    for unit in units {
        answer = answer.wrapping_add(unit.await);
    }
    // endregion
    Ok(params.with_figures(running.stop(answer)))
}
