//! A task per blocker, and one for the heart. A call that blocks keeps its thread from every other task. `unblock` runs it on a
//! thread that is there for that.

use std::sync::Arc;

use smol::{Executor, Timer, unblock};

use super::heartbeat::{Heartbeat, Span};
use super::{How, PAUSE, Params, block};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units + 1);
    let span = Arc::new(Span::default());
    let heart = executor.spawn({
        let (gate, span) = (gate.clone(), span.clone());
        async move {
            gate.wait().await;
            let mut heartbeat = Heartbeat::since(span.start());
            // region: wait
            while !span.is_over() {
                Timer::at(heartbeat.due()).await;
                heartbeat.beat();
            }
            // endregion
            // A gap that lasts until the end counts too.
            heartbeat.beat();
            heartbeat
        }
    });
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, measure) = (gate.clone(), measure.clone());
        // region: make
        units.push(executor.spawn(async move {
            // endregion
            gate.wait().await;
            let mut calls = 0;
            let mut lap = measure.lap(unit, params.rounds);
            while lap.another().is_some() {
                // region: work
                calls += match params.how {
                    // In place the call keeps its thread until it returns. Aside, it runs on a thread of the pool for what blocks
                    // (500 at most), and the executor's thread runs other tasks.
                    How::Broken => block(params),
                    How::Mended => unblock(move || block(params)).await,
                };
                // endregion
                lap.done();
                // region: wait
                Timer::after(PAUSE).await;
                // endregion
            }
            calls
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    span.begin();
    gate.open();
    let mut calls = 0;
    // region: join
    // Awaited in the order of spawning. A handle that is dropped cancels its task, as happens if this function returns early.
    for unit in units {
        calls += unit.await;
    }
    // endregion
    let done = running.stop(calls);
    span.end();
    Ok(heart.await.with_figures(done))
}
