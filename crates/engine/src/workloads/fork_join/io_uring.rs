//! A task for one half at each fork, on the core of the one that forks: nobody can steal it, so the halves of a tree are computed
//! one after the other, and what forking costs buys nothing.

use std::pin::Pin;
use std::sync::Arc;

use compio::runtime::spawn;

use super::{Node, Params};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::{Cores, yield_now};

type Sum = Pin<Box<dyn Future<Output = u64>>>;

fn sum(params: Params, seed: u64, node: Node) -> Sum {
    Box::pin(async move {
        let Some([one, other]) = node.halves(params) else { return node.computed(params, seed) };
        let forked = spawn(sum(params, seed, one));
        let other = sum(params, seed, other).await;
        // The half that was forked has not begun: it does when this task is put aside.
        let Ok(one) = forked.await else { std::panic::resume_unwind(Box::new("a half of a tree is lost")) };
        one.wrapping_add(other)
    })
}

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally) = (AsyncGate::new(params.units), Tally::new(params.units));
    for unit in 0..params.units {
        let (gate, measure, mut share) = (Arc::clone(&gate), measure.clone(), tally.share());
        cores.spawn(unit, move || async move {
            gate.wait().await;
            let (mut answer, mut lap) = (0_u64, measure.lap(unit, params.rounds));
            while lap.another().is_some() {
                answer = answer.wrapping_add(sum(params, measure.seed(), Node::root(params, unit)).await);
                lap.done();
                // So that the other trees of this core have their turn even if none is split.
                yield_now().await;
            }
            drop(lap);
            share.report(answer);
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let answer = tally.all().await?;
    Ok(running.stop(answer))
}
