//! A task per blocker, and one for the heart, each on a core that it stays on. A ring takes reads, writes and timers; a call that
//! blocks is nothing that it could take, and keeps its core as in any other runtime, unless it is moved to a thread.

use std::sync::Arc;

use compio::runtime::spawn_blocking;
use compio::time::{sleep, sleep_until};
use tokio::sync::oneshot;

use super::heartbeat::{Heartbeat, Span};
use super::{How, PAUSE, Params, block};
use crate::measure::{AsyncGate, Done, Halt, Measure, Tally};
use crate::models::cores::Cores;

pub(super) async fn run(params: Params, cores: Cores, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally, span) = (AsyncGate::new(params.units + 1), Tally::new(params.units), Arc::new(Span::default()));
    let (stopped, heart) = oneshot::channel();
    // On the first core, beside the blockers that have their turn there.
    cores.spawn(0, {
        let (gate, span) = (gate.clone(), span.clone());
        move || async move {
            gate.wait().await;
            let mut heartbeat = Heartbeat::since(span.start());
            // region: wait
            while !span.is_over() {
                sleep_until(heartbeat.due()).await;
                heartbeat.beat();
            }
            // endregion
            // A gap that lasts until the end counts too.
            heartbeat.beat();
            let _ = stopped.send(heartbeat);
        }
    });
    for unit in 0..params.units {
        let (gate, measure, mut share) = (gate.clone(), measure.clone(), tally.share());
        // region: make
        cores.spawn(unit, move || async move {
            // endregion
            gate.wait().await;
            let mut calls = 0;
            let mut lap = measure.lap(unit, params.rounds);
            while lap.another().is_some() {
                // region: work
                calls += match params.how {
                    // In place the call keeps its core until it returns. Aside, it runs on a thread of compio's pool (256 at most
                    // for each core), and the core runs other tasks.
                    How::Broken => block(params),
                    // Lost to a panic: this task ends without a report, and the tally says so.
                    How::Mended => match spawn_blocking(move || block(params)).await {
                        Ok(call) => call,
                        Err(_) => return,
                    },
                };
                // endregion
                lap.done();
                // region: wait
                sleep(PAUSE).await;
                // endregion
            }
            drop(lap);
            share.report(calls);
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    span.begin();
    gate.open();
    // region: join
    let calls = tally.all().await?;
    // endregion
    let done = running.stop(calls);
    span.end();
    let heartbeat = heart.await.map_err(|_| Halt::Failed("the heart has stopped".to_owned()))?;
    Ok(heartbeat.with_figures(done))
}
