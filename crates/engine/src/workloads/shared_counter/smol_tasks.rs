//! A task per unit. They share a number behind std's mutex or smol's, or an atomic one; or a further task owns the number, and
//! they ask it through a channel.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use smol::Executor;
use smol::channel::{Receiver, Sender, bounded};
use smol::future::yield_now;

use super::{How, Lock, Params, QUEUE, gone};
use crate::measure::{AsyncGate, Done, Halt, Measure};

/// What the units add to. A clone means the same number.
#[derive(Clone)]
enum Counter {
    Std(Arc<Mutex<u64>>),
    Smol(Arc<smol::lock::Mutex<u64>>),
    Owned(Sender<Add>),
    Atomic(Arc<AtomicU64>),
}

/// Add this much, and send the sum back.
struct Add {
    amount: u64,
    sum: Sender<u64>,
}

// region: answer
/// The number is this task's own, so there is no lock. It ends when nobody can ask it any more.
async fn own(asked: Receiver<Add>) {
    let mut number = 0;
    while let Ok(Add { amount, sum }) = asked.recv().await {
        number += amount;
        // It has room for the one answer.
        let _ = sum.try_send(number);
    }
}
// endregion

impl Counter {
    /// With what the owner is to be given, who ends at once if the number has none.
    fn new(params: Params) -> (Self, Receiver<Add>) {
        let (ask, asked) = bounded(QUEUE);
        let counter = match (params.how, params.lock) {
            (How::Lock, Lock::Std) => Self::Std(Arc::default()),
            (How::Lock, Lock::Async) => Self::Smol(Arc::default()),
            (How::Owner, _) => Self::Owned(ask),
            (How::Atomic, _) => Self::Atomic(Arc::default()),
        };
        (counter, asked)
    }

    // region: wait
    /// Adds one, so many times.
    async fn add(&self, times: u64) -> Result<(), Halt> {
        match self {
            // Right here: std's is held for one addition and never across `.await`, so no task can be put aside while it holds
            // it, and no more threads want it than there are workers.
            Self::Std(number) => {
                for _ in 0..times {
                    *number.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                }
            }
            // Right if the guard must live across `.await`. It is fair only in the end: a task that runs may take it before those
            // that are put aside, unless one of them has waited for half a millisecond.
            Self::Smol(number) => {
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
    async fn sum(&self) -> Result<u64, Halt> {
        match self {
            Self::Std(number) => Ok(*number.lock().unwrap_or_else(PoisonError::into_inner)),
            Self::Smol(number) => Ok(*number.lock().await),
            Self::Atomic(number) => Ok(number.load(Ordering::Relaxed)),
            Self::Owned(owner) => ask(owner, 0).await,
        }
    }
}

// region: wait
/// Asked and not told, although nobody needs the sum: a unit adds the next when it knows that the last was added, as with a lock.
async fn ask(owner: &Sender<Add>, amount: u64) -> Result<u64, Halt> {
    // smol has no channel for a single answer: it is one with room for one.
    let (sum, answer) = bounded(1);
    owner.send(Add { amount, sum }).await.map_err(|_| gone())?;
    answer.recv().await.map_err(|_| gone())
}
// endregion

pub(super) async fn run(params: Params, executor: Arc<Executor<'static>>, measure: Measure) -> Result<Done, Halt> {
    let (counter, asked) = Counter::new(params);
    let owner = executor.spawn(own(asked));
    let gate = AsyncGate::new(params.units);
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (gate, counter, measure) = (Arc::clone(&gate), counter.clone(), measure.clone());
        // region: make
        units.push(executor.spawn(async move {
            // endregion
            gate.wait().await;
            let mut adding = params.adding(unit, &measure);
            while let Some(increments) = adding.another(params) {
                counter.add(increments).await?;
                adding.done(increments);
                // Neither std's mutex nor an atomic number lets others run. A task that asks an owner has given way in doing so.
                if params.how != How::Owner {
                    yield_now().await;
                }
            }
            Ok::<(), Halt>(())
        }));
    }

    gate.all_wait().await;
    let running = measure.start();
    gate.open();
    // region: join
    // Awaited in the order of spawning. A handle that is dropped cancels its task, as happens if this function returns early.
    for unit in units {
        unit.await?;
    }
    let done = running.stop(counter.sum().await?);
    // endregion
    drop(counter);
    owner.await;
    Ok(done)
}
