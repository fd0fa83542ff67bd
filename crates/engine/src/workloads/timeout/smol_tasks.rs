//! Two tasks per pair, and a channel each way. smol has no timeout of its own: the answer and a timer are awaited together, with
//! `or`, and what is there first ends both.

use std::sync::Arc;

use smol::channel::bounded;
use smol::future::FutureExt;
use smol::{Executor, Timer};

use super::{Params, With};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let mut pings = Vec::with_capacity(params.pairs());
    let mut pongs = Vec::with_capacity(params.pairs());
    for pair in 0..params.pairs() {
        // Room for one number: a pair has only one under way, so no send ever waits for a place. smol has one kind of channel,
        // with any number of owners at either end.
        let (to_pong, from_ping) = bounded::<u64>(1);
        let (to_ping, from_pong) = bounded::<u64>(1);

        let arrived = Arc::clone(&gate);
        pongs.push(executor.spawn(async move {
            // It does not wait at the gate but for a number. This says that it is there.
            arrived.arrive();
            while let Ok(number) = from_ping.recv().await {
                if to_ping.send(number + 1).await.is_err() {
                    break;
                }
            }
        }));

        let (gate, measure) = (Arc::clone(&gate), measure.clone());
        pings.push(executor.spawn(async move {
            gate.wait().await;
            let mut number = 0;
            let mut lap = measure.sampled_lap(pair, params.rounds);
            while lap.another().is_some() {
                to_pong.send(number).await.map_err(|_| lost())?;
                let answer = async { from_pong.recv().await.map_err(|_| lost()) };
                number = match params.with {
                    // Polled in this order: a timer that is dropped takes itself out of the reactor's tree.
                    With::Timeout => {
                        let late = async {
                            Timer::after(params.timeout()).await;
                            Err(params.too_late())
                        };
                        answer.or(late).await?
                    }
                    With::Nothing => answer.await?,
                };
                lap.done();
            }
            Ok::<u64, Halt>(number)
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    let mut sum = 0;
    // Awaited in the order of spawning. A handle that is dropped cancels its task, as happens if this function returns early.
    for ping in pings {
        sum += ping.await?;
    }
    let done = running.stop(sum);
    // A ping that has ended drops its sender: that closes the channel, which ends its pong's loop.
    for pong in pongs {
        pong.await;
    }
    Ok(done)
}

fn lost() -> Halt {
    Halt::Failed("the other of a pair is gone".to_owned())
}
