//! A task per blocker, and one for the heart. A call that blocks keeps its worker from every other task; with as many blockers as
//! workers nobody beats. `spawn_blocking` runs it on a thread that is there for that.

use std::sync::Arc;

use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval};

use super::heartbeat::{Heartbeat, INTERVAL, Span};
use super::{How, Params, block};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units + 1);
    let span = Arc::new(Span::default());
    let heart = tokio::spawn({
        let (gate, span) = (gate.clone(), span.clone());
        async move {
            gate.wait().await;
            let mut ticks = interval(INTERVAL);
            // By default an interval makes up for missed ticks in a row, and the beats would look as if there had been no gap.
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks.tick().await;
            let mut heartbeat = Heartbeat::since(span.start());
            while !span.is_over() {
                ticks.tick().await;
                heartbeat.beat();
            }
            // A gap that lasts until the end counts too.
            heartbeat.beat();
            heartbeat
        }
    });
    let mut units = JoinSet::new();
    for _ in 0..params.units {
        let (gate, measure) = (gate.clone(), measure.clone());
        units.spawn(async move {
            gate.wait().await;
            let mut calls = 0;
            let mut lap = measure.lap();
            for _ in 0..params.rounds {
                match params.how {
                    // In place nothing is awaited from one call to the next, so the task keeps its worker until its last. Aside,
                    // the call runs on a thread of the blocking pool (512 at most), and the worker runs other tasks.
                    How::Broken => block(params),
                    How::Mended => spawn_blocking(move || block(params)).await?,
                }
                lap.done();
                calls += 1;
            }
            Ok::<u64, Halt>(calls)
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    span.begin();
    gate.open();
    let mut calls = 0;
    // A `JoinSet` hands tasks back as they end, and aborts those that are left if this function returns early with an error.
    while let Some(unit) = units.join_next().await {
        calls += unit??;
    }
    let done = running.stop(calls);
    span.end();
    Ok(heart.await?.with_figures(done))
}
