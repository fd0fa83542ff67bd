//! A task per unit. They share a number behind std's mutex or Tokio's, or an atomic one; or a further task owns the number, and
//! they ask it through a channel.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;
use tokio::task::{JoinSet, yield_now};

use super::{How, Lock, Params, QUEUE, gone};
use crate::measure::{AsyncGate, Done, Halt, Measure};

/// What the units add to. A clone means the same number.
#[derive(Clone)]
pub(super) enum Counter {
    Std(Arc<Mutex<u64>>),
    Tokio(Arc<tokio::sync::Mutex<u64>>),
    Owned(Sender<Add>),
    Atomic(Arc<AtomicU64>),
}

/// Add this much, and send the sum back.
pub(super) struct Add {
    amount: u64,
    sum: oneshot::Sender<u64>,
}

// region: answer
/// The number is this task's own, so there is no lock. It ends when nobody can ask it any more.
pub(super) async fn own(mut asked: Receiver<Add>) {
    let mut number = 0;
    while let Some(Add { amount, sum }) = asked.recv().await {
        number += amount;
        let _ = sum.send(number);
    }
}
// endregion

impl Counter {
    /// With what the owner is to be given, who ends at once if the number has none.
    pub(super) fn new(params: Params) -> (Self, Receiver<Add>) {
        let (ask, asked) = channel(QUEUE);
        let counter = match (params.how, params.lock) {
            (How::Lock, Lock::Std) => Self::Std(Arc::default()),
            (How::Lock, Lock::Async) => Self::Tokio(Arc::default()),
            (How::Owner, _) => Self::Owned(ask),
            (How::Atomic, _) => Self::Atomic(Arc::default()),
        };
        (counter, asked)
    }

    // region: wait
    /// Adds one, so many times.
    pub(super) async fn add(&self, times: u64) -> Result<(), Halt> {
        match self {
            // Right here: std's is held for one addition and never across `.await`, so no task can be put aside while it holds
            // it, and no more threads want it than there are workers.
            Self::Std(number) => {
                for _ in 0..times {
                    *number.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                }
            }
            // Right if the guard must live across `.await`. It costs more, and is strictly fair: a task that runs and wants it
            // queues behind those that are put aside.
            Self::Tokio(number) => {
                for _ in 0..times {
                    *number.lock().await += 1;
                }
            }
            Self::Atomic(number) => {
                for _ in 0..times {
                    // Relaxed will do: nothing else is told by it.
                    number.fetch_add(1, Ordering::Relaxed);
                }
            }
            Self::Owned(owner) => {
                for _ in 0..times {
                    ask(owner, 1).await?;
                }
            }
        }
        Ok(())
    }
    // endregion

    /// When all units are done.
    pub(super) async fn sum(&self) -> Result<u64, Halt> {
        match self {
            Self::Std(number) => Ok(*number.lock().unwrap_or_else(PoisonError::into_inner)),
            Self::Tokio(number) => Ok(*number.lock().await),
            Self::Atomic(number) => Ok(number.load(Ordering::Relaxed)),
            Self::Owned(owner) => ask(owner, 0).await,
        }
    }
}

// region: wait
/// Asked and not told, although nobody needs the sum: a unit adds the next when it knows that the last was added, as with a lock.
async fn ask(owner: &Sender<Add>, amount: u64) -> Result<u64, Halt> {
    let (sum, answer) = oneshot::channel();
    owner.send(Add { amount, sum }).await.map_err(|_| gone())?;
    answer.await.map_err(|_| gone())
}
// endregion

/// What a unit does when the gate is open.
pub(super) async fn add_all(params: Params, unit: usize, counter: Counter, measure: Measure) -> Result<(), Halt> {
    let mut adding = params.adding(unit, &measure);
    while let Some(increments) = adding.another(params) {
        counter.add(increments).await?;
        adding.done(increments);
        // Neither std's mutex nor an atomic number lets others run. A task that asks an owner has given way in doing so.
        if params.how != How::Owner {
            yield_now().await;
        }
    }
    Ok(())
}

pub(super) async fn run(params: Params, measure: Measure) -> Result<Done, Halt> {
    let (counter, asked) = Counter::new(params);
    let owner = tokio::spawn(own(asked));
    let gate = AsyncGate::new(params.units);
    let mut units = JoinSet::new();
    for unit in 0..params.units {
        let (gate, counter, measure) = (Arc::clone(&gate), counter.clone(), measure.clone());
        // region: make
        units.spawn(async move {
            // endregion
            gate.wait().await;
            add_all(params, unit, counter, measure).await
        });
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    // A `JoinSet` hands tasks back as they end, and aborts those that are left if this function returns early with an error.
    while let Some(unit) = units.join_next().await {
        unit??;
    }
    let done = running.stop(counter.sum().await?);
    // endregion
    drop(counter);
    owner.await?;
    Ok(done)
}
