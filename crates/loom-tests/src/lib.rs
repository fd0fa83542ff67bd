//! The engine's gate and tally, the very files, built with loom's primitives. The models in `tests/` run them in the orders that
//! threads and the memory model allow; a deadlock, which is a unit left waiting or a wake-up lost, is a failure that loom
//! reports.
//!
//! A crate of its own and no `cfg`: nothing but loom has to be built for it, and nothing else is built otherwise because of it.
//!
//! The rest of `measure` has nothing to model: a relay's time is handed on by the channel that hands on the token, a recorder's
//! and the lanes' counters are single additions, read when the gate's or the tally's order has made them visible.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use loom::model::Builder;

#[path = "../../engine/src/measure/gate.rs"]
pub mod gate;
mod sync;
#[path = "../../engine/src/measure/tally.rs"]
pub mod tally;

/// Stands for the engine's, of which a tally says one thing only.
#[derive(Debug, PartialEq, Eq)]
pub enum Halt {
    /// Something went wrong.
    Failed(String),
}

/// Runs a model in every order.
///
/// # Panics
/// If one of them fails.
pub fn in_every_order(model: impl Fn() + Sync + Send + 'static) {
    Builder::new().check(model);
}

/// Runs a model in every order in which threads that could go on are interrupted no more than this many times in all: all orders
/// of three units would take hours. What a load may see is gone through in full all the same.
///
/// # Panics
/// If one of them fails.
pub fn interrupted_at_most(times: usize, model: impl Fn() + Sync + Send + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(times);
    builder.check(model);
}

/// The output of a future. Here everything that is awaited blocks its thread, so one poll is enough.
///
/// # Panics
/// If it is not.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it awaits something that does not block"),
    }
}
