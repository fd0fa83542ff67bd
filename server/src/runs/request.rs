//! What the dispatcher's task is asked, and what it answers.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use protocol::{Experiment, Run};
use runner::Told;
use tokio::sync::oneshot;

use super::log::Log;

/// What the task is asked, or told by what it has started.
#[derive(Debug)]
pub(super) enum Request {
    Submit(Box<Experiment>, oneshot::Sender<Result<Arc<Run>, QueueFull>>),
    Get(String, oneshot::Sender<Option<Found>>),
    Cancel(String, CancelReply),
    Load(oneshot::Sender<Load>),
    Stop(oneshot::Sender<()>),
    Told(Told),
    /// The log of this run is on the disk, or could not be put there.
    Saved(String, io::Result<()>),
}

/// A run that is known here, and its log.
pub(crate) type Found = (Arc<Run>, Arc<Log>);

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

/// Where the answer to a request to cancel is sent.
pub(super) type CancelReply = oneshot::Sender<Result<Arc<Run>, NotCancelled>>;
