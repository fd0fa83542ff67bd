//! A task for the other half of each fork. It goes into the queue of the worker that made it, from which others steal; whoever
//! waits for it is put aside, and its worker does something else meanwhile. (A service would hand work like this to Rayon.)

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::task::{JoinError, JoinSet, spawn};

use super::{Node, Params};
use crate::measure::{AsyncGate, Done, Halt, Measure};

// region: work
/// Boxed, because a future that holds itself would have no size.
fn sum(node: Node) -> BoxFuture<'static, Result<u64, JoinError>> {
    Box::pin(async move {
        let Some((left, right)) = node.fork() else { return Ok(node.sum()) };
        let left = spawn(sum(left));
        let right = sum(right).await?;
        Ok(left.await??.wrapping_add(right))
    })
}
// endregion

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut units = JoinSet::new();
    for unit in 0..params.units {
        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        // region: make
        units.spawn(async move {
            // endregion
            let root = params.tree(measure.seed(), unit);
            let mut answer = 0_u64;
            gate.wait().await;
            let mut lap = measure.lap(unit, params.rounds);
            while lap.another().is_some() {
                answer = answer.wrapping_add(sum(root).await?);
                lap.done();
            }
            Ok::<u64, Halt>(answer)
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut answer = 0_u64;
    // region: join
    // A `JoinSet` hands tasks back as they end, and aborts those that are left if this function returns early with an error.
    while let Some(unit) = units.join_next().await {
        answer = answer.wrapping_add(unit??);
    }
    // endregion
    Ok(params.with_figures(running.stop(answer)))
}
