//! A task for one half at each fork, which any worker may steal; the other half is computed by the one that forks. The future of a
//! function that awaits itself has no size, so each level is in a box.

use std::pin::Pin;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::{Node, Params};
use crate::measure::{AsyncGate, Done, Halt, Measure};

type Sum = Pin<Box<dyn Future<Output = Result<u64, Halt>> + Send>>;

fn sum(params: Params, seed: u64, node: Node) -> Sum {
    Box::pin(async move {
        let Some([one, other]) = node.halves(params) else { return Ok(node.computed(params, seed)) };
        let forked = tokio::spawn(sum(params, seed, one));
        let other = sum(params, seed, other).await?;
        // Puts this task aside if the other half is still computed somewhere.
        Ok(forked.await??.wrapping_add(other))
    })
}

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut units = JoinSet::new();
    for unit in 0..params.units {
        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        units.spawn(async move {
            gate.wait().await;
            let (mut answer, mut lap) = (0_u64, measure.lap(unit, params.rounds));
            while lap.another().is_some() {
                answer = answer.wrapping_add(sum(params, measure.seed(), Node::root(params, unit)).await?);
                lap.done();
            }
            Ok::<u64, Halt>(answer)
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut answer = 0_u64;
    while let Some(part) = units.join_next().await {
        answer = answer.wrapping_add(part??);
    }
    Ok(running.stop(answer))
}
