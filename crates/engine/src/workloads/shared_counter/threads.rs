//! A thread per unit. They share a number behind std's mutex, or an atomic one; or a further thread owns the number, and they ask
//! it through a channel.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::{How, Params, QUEUE, gone};
use crate::measure::{Done, Gate, Halt, Measure};

/// What the units add to. A clone means the same number.
#[derive(Clone)]
pub(super) enum Counter {
    Locked(Arc<Mutex<u64>>),
    Owned(SyncSender<Add>),
    Atomic(Arc<AtomicU64>),
}

/// Add this much, and send the sum back.
pub(super) struct Add {
    amount: u64,
    sum: SyncSender<u64>,
}

impl Counter {
    pub(super) fn new(how: How) -> Result<Self, Halt> {
        Ok(match how {
            How::Lock => Self::Locked(Arc::default()),
            How::Atomic => Self::Atomic(Arc::default()),
            How::Owner => {
                let (ask, asked) = sync_channel::<Add>(QUEUE);
                // region: answer
                // Nobody else can reach the number, so there is no lock. The thread ends when nobody can ask it any more.
                let own = move || {
                    let mut number = 0;
                    for Add { amount, sum } in asked {
                        number += amount;
                        let _ = sum.send(number);
                    }
                };
                thread::Builder::new().name("owner".to_owned()).spawn(own).map_err(|error| Halt::at(0, "thread", &error))?;
                // endregion
                Self::Owned(ask)
            }
        })
    }

    // region: wait
    /// Adds one, so many times.
    pub(super) fn add(&self, times: u64) -> Result<(), Halt> {
        match self {
            Self::Locked(number) => {
                for _ in 0..times {
                    // Held for one addition: released at the end of the statement. A thread that does not get it spins for a
                    // moment, then sleeps in the kernel. A poisoned number is still a number, so poison is passed over.
                    *number.lock().unwrap_or_else(PoisonError::into_inner) += 1;
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
                    ask(owner, 1)?;
                }
            }
        }
        Ok(())
    }
    // endregion

    /// When all units are done.
    pub(super) fn sum(&self) -> Result<u64, Halt> {
        match self {
            Self::Locked(number) => Ok(*number.lock().unwrap_or_else(PoisonError::into_inner)),
            Self::Atomic(number) => Ok(number.load(Ordering::Relaxed)),
            Self::Owned(owner) => ask(owner, 0),
        }
    }
}

// region: wait
/// Asked and not told, although nobody needs the sum: a unit adds the next when it knows that the last was added, as with a lock.
fn ask(owner: &SyncSender<Add>, amount: u64) -> Result<u64, Halt> {
    // A channel of its own for each answer. This thread sleeps until the owner has run, and the owner until it is asked.
    let (sum, answer) = sync_channel(1);
    owner.send(Add { amount, sum }).map_err(|_| gone())?;
    answer.recv().map_err(|_| gone())
}
// endregion

pub(super) fn run(params: Params, measure: &Measure) -> Result<Done, Halt> {
    let (counter, gate) = (Counter::new(params.how)?, Gate::new(params.units));
    let mut units = Vec::with_capacity(params.units);
    for unit in 0..params.units {
        let (counter, gate, measure) = (counter.clone(), Arc::clone(&gate), measure.clone());
        // region: make
        let work = move || -> Result<(), Halt> {
            // endregion
            gate.wait();
            let mut adding = params.adding_in_thread(unit, &measure);
            while let Some(increments) = adding.another(params) {
                counter.add(increments)?;
                adding.done(increments);
            }
            Ok(())
        };
        // region: make
        units.push(thread::Builder::new().spawn(work).map_err(|error| Halt::at(unit, "thread", &error))?);
        // endregion
    }

    gate.all_wait();
    let running = measure.start();
    gate.open();
    // region: join
    // Joined in the order in which they were made: the measured part ends with the last, whatever the order.
    for unit in units {
        unit.join()??;
    }
    Ok(running.stop(counter.sum()?))
    // endregion
}
