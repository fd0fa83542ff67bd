//! The units are actors. Another actor owns the number, and they ask it to add one; or they share the number behind a mutex, or
//! an atomic one, as nothing keeps actors from doing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use actix::prelude::*;
use tokio::task::yield_now;

use super::{How, Lock, Params, QUEUE};
use crate::measure::{AsyncGate, Done, Halt, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

/// The number is this actor's own: nobody else can touch it, so there is no lock.
#[derive(Default)]
struct Owner {
    number: u64,
}

impl Actor for Owner {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        // As many as the owners of the other models.
        ctx.set_mailbox_capacity(QUEUE);
    }
}

/// Adds this much, and answers with the sum.
#[derive(Message)]
#[rtype(result = "u64")]
struct Add(u64);

// region: answer
impl Handler<Add> for Owner {
    type Result = u64;

    fn handle(&mut self, Add(amount): Add, _: &mut Context<Self>) -> u64 {
        self.number += amount;
        self.number
    }
}
// endregion

/// What the units add to. A clone means the same number.
#[derive(Clone)]
enum Counter {
    Std(Arc<Mutex<u64>>),
    Tokio(Arc<tokio::sync::Mutex<u64>>),
    Owned(Addr<Owner>),
    Atomic(Arc<AtomicU64>),
}

impl Counter {
    /// An owner is on the first arbiter: from the units of another each increment is a message across threads, and its answer
    /// back.
    fn new(params: Params, arbiters: &Arbiters) -> Self {
        match (params.how, params.lock) {
            (How::Lock, Lock::Std) => Self::Std(Arc::default()),
            (How::Lock, Lock::Async) => Self::Tokio(Arc::default()),
            (How::Owner, _) => Self::Owned(Owner::start_in_arbiter(arbiters.of(0), |_| Owner::default())),
            (How::Atomic, _) => Self::Atomic(Arc::default()),
        }
    }

    // region: wait
    /// Adds one, so many times.
    async fn add(&self, times: u64) -> Result<(), MailboxError> {
        match self {
            // Held for one addition and never across `.await`: no more threads want it than there are arbiters.
            Self::Std(number) => {
                for _ in 0..times {
                    *number.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                }
            }
            // An arbiter is a runtime of Tokio's, so the runtime's own mutex is Tokio's.
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
                    // Asked and not told, although nobody needs the sum: a unit adds the next when it knows that the last was
                    // added, as with a lock.
                    owner.send(Add(1)).await?;
                }
            }
        }
        Ok(())
    }
    // endregion

    /// When all units are done.
    async fn sum(&self) -> Result<u64, MailboxError> {
        match self {
            Self::Std(number) => Ok(*number.lock().unwrap_or_else(PoisonError::into_inner)),
            Self::Tokio(number) => Ok(*number.lock().await),
            Self::Atomic(number) => Ok(number.load(Ordering::Relaxed)),
            Self::Owned(owner) => owner.send(Add(0)).await,
        }
    }
}

struct Unit {
    params: Params,
    number: usize,
    counter: Counter,
    measure: Measure,
    share: Option<Share>,
}

impl Actor for Unit {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Go;

impl Handler<Go> for Unit {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, _: Go, _: &mut Context<Self>) -> ResponseFuture<()> {
        let (params, number, counter) = (self.params, self.number, self.counter.clone());
        let (measure, share) = (self.measure.clone(), self.share.take());
        // The future cannot borrow the actor, so it takes along what it needs. It runs as a task of the arbiter, beside the
        // actor: while it waits, the arbiter serves others.
        Box::pin(async move {
            let mut adding = params.adding(number, &measure);
            while let Some(increments) = adding.another(params) {
                // If the owner is gone, this unit ends without a report, and the tally says so.
                let Ok(()) = counter.add(increments).await else { return };
                adding.done(increments);
                // Neither std's mutex nor an atomic number lets others run. One that asks an owner has given way in doing so.
                if params.how != How::Owner {
                    yield_now().await;
                }
            }
            drop(adding);
            if let Some(mut share) = share {
                share.report(0);
            }
        })
    }
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally, counter) = (AsyncGate::new(params.units), Tally::new(params.units), Counter::new(params, &arbiters));
    let mut units = Vec::with_capacity(params.units);
    for number in 0..params.units {
        let (gate, counter, measure, share) = (gate.clone(), counter.clone(), measure.clone(), tally.share());
        // region: make
        units.push(Unit::start_in_arbiter(arbiters.of(number), move |_| {
            gate.arrive();
            Unit { params, number, counter, measure, share: Some(share) }
        }));
        // endregion
    }

    gate.all_wait().await;
    let running = measure.start();
    for unit in &units {
        unit.do_send(Go);
    }
    // region: join
    // Nobody can join an actor: each reports once, through its share of the tally, and one that ends without a report is noticed.
    tally.all().await?;
    let sum = counter.sum().await.map_err(|error| Halt::Failed(format!("the owner of the number is gone: {error}")))?;
    // endregion
    Ok(running.stop(sum))
}
