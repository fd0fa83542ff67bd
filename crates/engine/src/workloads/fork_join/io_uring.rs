//! A task for the other half of each fork, on the core that the tree is on: a task never leaves it. So a tree cannot be
//! shared, its forks gain nothing, and only several trees keep several cores busy. A runtime per core is not for work like
//! this.

use std::sync::Arc;

use compio::runtime::{JoinError, spawn};
use futures_util::future::LocalBoxFuture;

use super::{Node, Params};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::Cores;

// region: work
/// Boxed, because a future that holds itself would have no size.
fn sum(node: Node) -> LocalBoxFuture<'static, Result<u64, JoinError>> {
    Box::pin(async move {
        let Some((left, right)) = node.fork() else { return Ok(node.sum()) };
        let left = spawn(sum(left));
        let right = sum(right).await?;
        Ok(left.await??.wrapping_add(right))
    })
}
// endregion

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally) = (AsyncGate::new(params.units), Tally::new(params.units));
    for unit in 0..params.units {
        let (gate, measure, mut share) = (Arc::clone(&gate), measure.clone(), tally.share());
        // region: make
        cores.spawn(unit, move || async move {
            // endregion
            let root = params.tree(measure.seed(), unit);
            let mut answer = 0_u64;
            gate.wait().await;
            let mut lap = measure.lap(unit, params.rounds);
            while lap.another().is_some() {
                // A task that panicked: this one ends without a report, and the tally says so.
                let Ok(sum) = sum(root).await else { return };
                answer = answer.wrapping_add(sum);
                lap.done();
            }
            drop(lap);
            share.report(answer);
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    let answer = tally.all().await?;
    // endregion
    Ok(params.with_figures(running.stop(answer)))
}
