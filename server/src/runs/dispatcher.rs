//! The dispatcher: the task that owns every run's state. All others ask it to tell or change something.
//!
//! ```text
//! HTTP handlers, command line ──Request──►  dispatcher (one task)  ──Job──►  supervisor's thread ──► a child a trial
//!                                            │  ▲                              │
//!                                            │  └────────── Request::Told ─────┘  (the same bounded channel)
//!                                            ├──► LogFile of each run, on the disk ──► Log in memory ──► any number of followers
//!                                            └──► has the store keep it at a run's end, and wait for the disk ──Request::Saved──► back
//! ```
//!
//! Here is the handle, and what can be asked with it; the task is in [`super::task`].
//!
//! One run at a time: the others wait in the order in which they came. A run is `finished` when its log is on the disk, and only
//! then the next one begins. While a trial runs, a line of its log is handed to the kernel when it reaches a phase, and none
//! between the two readings of its clock. When the last [`Dispatcher`] is dropped the task ends, and with it the handle on the
//! trial that runs, and with that the trial.

use std::io;
use std::sync::Arc;

use protocol::{Experiment, Run};
use runner::{Program, Supervisor};
use tokio::sync::{Semaphore, mpsc, oneshot};

use super::log::Log;
use super::request::{Found, Load, NotCancelled, QueueFull, Request};
use super::task::TaskState;
use crate::context::Context;
use crate::store::Store;
use crate::store::log::Unreadable;

/// Requests that may wait: past this, the sender waits.
const REQUESTS: usize = 64;

/// A handle on the dispatcher's task.
#[derive(Clone)]
pub(crate) struct Dispatcher {
    requests: mpsc::Sender<Request>,
    store: Store,
    context: Arc<Context>,
    /// Stored runs are read one at a time: a log may have some megabytes, and handlers must not hold many of them.
    reading: Arc<Semaphore>,
}

impl Dispatcher {
    /// Starts the supervisor's thread and the task. Within a runtime.
    pub(crate) fn start(context: Arc<Context>, store: Store) -> io::Result<Self> {
        let (requests, received) = mpsc::channel(REQUESTS);
        let supervisor = Supervisor::start(Program::this()?)?;
        // Weak: the task must end when nobody else can send it anything.
        let state = TaskState::new(Arc::clone(&context), supervisor, store.clone(), requests.downgrade());
        tokio::spawn(state.serve(received));
        Ok(Self { requests, store, context, reading: Arc::new(Semaphore::new(1)) })
    }

    /// Puts an experiment into the queue.
    pub(crate) async fn submit(&self, experiment: Experiment) -> Result<Arc<Run>, QueueFull> {
        self.ask(|reply| Request::Submit(Box::new(experiment), reply)).await
    }

    /// A run as it stands, and its log; one of an earlier server too. `None` if there is none.
    ///
    /// # Errors
    /// If it is stored and cannot be read.
    pub(crate) async fn get(&self, id: &str) -> Result<Option<Found>, Unreadable> {
        if let Some(found) = self.ask(|reply| Request::Get(id.to_owned(), reply)).await {
            return Ok(Some(found));
        }
        let _turn = self.reading.acquire().await;
        let loaded = self.store.load(id, Arc::clone(&self.context)).await?;
        Ok(loaded.map(|(run, events)| (Arc::new(run), Log::of_stored(events))))
    }

    /// Cancels a run; returns when its child has been reaped.
    pub(crate) async fn cancel(&self, id: &str) -> Result<Arc<Run>, NotCancelled> {
        let result = self.ask(|reply| Request::Cancel(id.to_owned(), reply)).await;
        match result {
            Err(NotCancelled::Unknown) if !matches!(self.get(id).await, Ok(None)) => Err(NotCancelled::Over),
            result => result,
        }
    }

    pub(crate) async fn load(&self) -> Load {
        self.ask(Request::Load).await
    }

    /// Cancels every run; returns when the last child has been reaped and the last log is on the disk. Nothing is run from then
    /// on.
    pub(crate) async fn stop(&self) {
        self.ask(Request::Stop).await;
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Request) -> T {
        let (reply, answer) = oneshot::channel();
        let sent = self.requests.send(command(reply)).await;
        sent.expect("the dispatcher ends after the last of its handles");
        answer.await.expect("the dispatcher answers what it is asked")
    }
}
