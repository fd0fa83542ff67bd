//! Threads that each have an executor of their own, and keep the tasks that are started on them: what the models of a thread per
//! core have in common. Nothing is stolen, and a task need not be able to leave its thread.

use std::future::Future;
use std::sync::Arc;

use super::placement::Placement;

/// Runs on the thread of a core, where it spawns a task.
pub(super) type Job = Box<dyn FnOnce() + Send>;

/// Hands a job to a core.
pub(super) type Submit = Box<dyn Fn(Job) + Send + Sync>;

/// Spawns a task on the calling thread.
pub(super) type SpawnHere = fn(std::pin::Pin<Box<dyn Future<Output = ()>>>);

/// Gives way once: the task goes to the end of its core's queue. Each of these runtimes has such a one of its own or none; this is
/// the plainest, and the same for all.
pub use smol::future::yield_now;

/// The cores, as a cell starts its units on them. A clone means the same ones.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "it holds functions")]
pub struct Cores {
    submit: Arc<[Submit]>,
    spawn_here: SpawnHere,
    placement: Placement,
}

impl Cores {
    pub(super) fn new(submit: Vec<Submit>, spawn_here: SpawnHere, placement: Placement) -> Self {
        Self { submit: submit.into(), spawn_here, placement }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.submit.len()
    }

    /// Starts a unit: the task is made on its core, which units take in turn, and stays there.
    pub fn spawn<F: Future<Output = ()> + 'static>(&self, unit: usize, task: impl FnOnce() -> F + Send + 'static) {
        let spawn_here = self.spawn_here;
        (self.submit[unit % self.submit.len()])(Box::new(move || spawn_here(Box::pin(task()))));
    }

    /// Starts this member of a group of neighbours, as the experiment places them.
    pub fn spawn_among<F: Future<Output = ()> + 'static>(
        &self,
        (group, member): (usize, usize),
        task: impl FnOnce() -> F + Send + 'static,
    ) {
        self.spawn(self.placement.core(group, member, self.submit.len()), task);
    }
}
