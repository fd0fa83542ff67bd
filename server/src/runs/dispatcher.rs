//! The dispatcher: the task that owns every run's state. Whoever wants to know or change something asks it.
//!
//! ```text
//! HTTP handlers, command line ──Command──►  dispatcher (one task)  ──Job──►  supervisor's thread ──► a child a trial
//!                                            │  ▲                              │
//!                                            │  └────────── Command::Told ─────┘  (the same bounded channel)
//!                                            ├──► Log of each run ──► any number of followers
//!                                            └──► Store, on a thread for blocking work (when a run is over) ──Command::Saved──► back here
//! ```
//!
//! Here is the handle, and what can be asked with it; the task is in [`super::task`].
//!
//! One run at a time: the others wait in the order in which they came. A run is `finished` when its report is on the disk, and only then
//! the next one begins: nothing is written while something is measured. When the last [`Dispatcher`] is dropped the task ends, and with it
//! the handle on the trial that runs, and with that the trial.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use protocol::{Experiment, Run};
use runner::{Program, Supervisor, Told};
use tokio::sync::{mpsc, oneshot};

use super::log::Log;
use super::restore::of_store;
use super::store::Store;
use super::task::State;
use crate::context::Context;

/// Commands that may wait: past this, whoever sends one waits.
const COMMANDS: usize = 64;

/// A handle on the dispatcher's task.
#[derive(Clone)]
pub(crate) struct Dispatcher {
    commands: mpsc::Sender<Command>,
    store: Store,
    context: Arc<Context>,
}

/// The queue is full.
#[derive(Debug)]
pub(crate) struct QueueFull {
    pub(crate) waiting: usize,
    /// About how long until there is room.
    pub(crate) retry_after: Duration,
}

/// Why a run was not cancelled.
#[derive(Debug)]
pub(crate) enum NotCancelled {
    Unknown,
    Over,
}

/// How many runs wait, and whether one is on its way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) queued: usize,
    pub(crate) running: usize,
}

/// What the task is asked, or told by what it has started.
#[derive(Debug)]
pub(super) enum Command {
    Submit(Box<Experiment>, oneshot::Sender<Result<Run, QueueFull>>),
    Get(String, oneshot::Sender<Option<(Run, Arc<Log>)>>),
    Cancel(String, oneshot::Sender<Result<Run, NotCancelled>>),
    Load(oneshot::Sender<Load>),
    Stop(oneshot::Sender<()>),
    Told(Told),
    /// The report of this run has been stored, or could not be.
    Saved(String),
}

impl Dispatcher {
    /// Starts the supervisor's thread and the task. Within a runtime.
    pub(crate) fn start(context: Arc<Context>, store: Store) -> io::Result<Self> {
        let (commands, received) = mpsc::channel(COMMANDS);
        let supervisor = Supervisor::start(Program::this()?)?;
        // Weak: the task must end when nobody else can send it anything.
        let state = State::new(Arc::clone(&context), supervisor, store.clone(), commands.downgrade());
        tokio::spawn(state.serve(received));
        Ok(Self { commands, store, context })
    }

    /// Puts an experiment into the queue.
    pub(crate) async fn submit(&self, experiment: Experiment) -> Result<Run, QueueFull> {
        self.ask(|reply| Command::Submit(Box::new(experiment), reply)).await
    }

    /// A run as it stands, and its log; one of an earlier server too.
    pub(crate) async fn get(&self, id: &str) -> Option<(Run, Arc<Log>)> {
        let id = id.to_owned();
        if let Some(found) = self.ask(|reply| Command::Get(id.clone(), reply)).await {
            return Some(found);
        }
        let store = self.store.clone();
        let report = tokio::task::spawn_blocking(move || store.load(&id)).await.ok()??;
        Some(of_store(&self.context, report))
    }

    /// Cancels a run; returns when its child has been reaped.
    pub(crate) async fn cancel(&self, id: &str) -> Result<Run, NotCancelled> {
        let result = self.ask(|reply| Command::Cancel(id.to_owned(), reply)).await;
        match result {
            Err(NotCancelled::Unknown) if self.get(id).await.is_some() => Err(NotCancelled::Over),
            result => result,
        }
    }

    /// The file with the lanes of a run's traced trials, where there is one.
    pub(crate) fn trace(&self, id: &str) -> Option<PathBuf> {
        self.store.trace(id).filter(|path| path.exists())
    }

    pub(crate) async fn load(&self) -> Load {
        self.ask(Command::Load).await
    }

    /// Cancels every run; returns when the last child has been reaped and the last report stored. Nothing is run from then on.
    pub(crate) async fn stop(&self) {
        self.ask(Command::Stop).await;
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> T {
        let (reply, answer) = oneshot::channel();
        let sent = self.commands.send(command(reply)).await;
        sent.expect("the dispatcher ends after the last of its handles");
        answer.await.expect("the dispatcher answers what it is asked")
    }
}
