//! A task per blocker, and one for the heart. A call that blocks keeps its worker from every other task; with as many blockers as
//! workers nobody beats until one of the calls returns. `spawn_blocking` runs it on a thread that is there for that.

use std::sync::Arc;

use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{sleep, sleep_until};

use super::heartbeat::{Heartbeat, Span};
use super::{How, PAUSE, Params, block};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units + 1);
    let span = Arc::new(Span::default());
    let heart = tokio::spawn({
        let (gate, span) = (gate.clone(), span.clone());
        async move {
            gate.wait().await;
            let mut heartbeat = Heartbeat::since(span.start());
            // region: wait
            while !span.is_over() {
                // An `interval` would by default make up for missed ticks in a row, and the beats would look as if there had been
                // no gap.
                sleep_until(heartbeat.due().into()).await;
                heartbeat.beat();
            }
            // endregion
            // A gap that lasts until the end counts too.
            heartbeat.beat();
            heartbeat
        }
    });
    let mut units = JoinSet::new();
    for unit in 0..params.units {
        let (gate, measure) = (gate.clone(), measure.clone());
        // region: make
        units.spawn(async move {
            // endregion
            gate.wait().await;
            let mut calls = 0;
            let mut lap = measure.lap(unit, params.rounds);
            while lap.another().is_some() {
                // region: work
                calls += match params.how {
                    // In place the call keeps its worker until it returns. Aside, it runs on a thread of the blocking pool (512
                    // at most), and the worker runs other tasks.
                    How::Broken => block(params),
                    How::Mended => spawn_blocking(move || block(params)).await?,
                };
                // endregion
                lap.done();
                // region: wait
                sleep(PAUSE).await;
                // endregion
            }
            Ok::<u64, Halt>(calls)
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    span.begin();
    gate.open();
    let mut calls = 0;
    // region: join
    // A `JoinSet` hands tasks back as they end, and aborts those that are left if this function returns early with an error.
    while let Some(unit) = units.join_next().await {
        calls += unit??;
    }
    // endregion
    let done = running.stop(calls);
    span.end();
    Ok(heart.await?.with_figures(done))
}
