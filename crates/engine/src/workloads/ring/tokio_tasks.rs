//! A task a unit, and a channel to the next. Sending puts the next one into a worker's queue.

use tokio::sync::mpsc::channel;
use tokio::task::JoinSet;

use super::{Params, Token};
use crate::measure::{AsyncGate, Done, Halt, Measure};

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let gate = AsyncGate::new(params.units);
    let (done, mut finished) = channel::<u64>(1);
    let (first, mut incoming) = channel::<Token>(1);
    let mut units = JoinSet::new();
    for unit in 0..params.units {
        let (mut next, after) = channel::<Token>(1);
        if unit == params.units - 1 {
            next = first.clone();
        }
        let mut from_last = std::mem::replace(&mut incoming, after);
        let (done, gate, measure) = (done.clone(), gate.clone(), measure.clone());
        units.spawn(async move {
            gate.wait().await;
            // Whoever has the token at the end leaves the ring, and with that its neighbours' channels close, one after the other.
            while let Some(token) = from_last.recv().await {
                let token = token.arrived(&measure);
                if token.hops == params.hops() {
                    let _ = done.send(token.hops).await;
                    return;
                }
                if next.send(token).await.is_err() {
                    return;
                }
            }
        });
    }
    drop(done);

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    first.send(Token::first()).await.map_err(|_| lost())?;
    drop(first);
    let hops = finished.recv().await.ok_or_else(lost)?;
    let done = running.stop(hops);
    while let Some(unit) = units.join_next().await {
        unit?;
    }
    Ok(done)
}

fn lost() -> Halt {
    Halt::Failed("the token is lost: a unit of the ring is gone".to_owned())
}
