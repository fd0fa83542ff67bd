//! A run on its way: what the server tells of it, and when.

use serde::{Deserialize, Serialize};

use crate::plan::PlannedTrial;
use crate::{Experiment, Report, Trial};

/// A run as it stands: `GET /api/runs/{id}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Names it in links and routes.
    pub id: String,
    /// What is run.
    pub experiment: Experiment,
    /// Where it stands.
    pub state: RunState,
    /// How many runs go before it; 0 when it is its turn.
    pub position: u64,
    /// About how long until it begins, milliseconds; `None` where nothing is known to say it from.
    pub expected_wait_ms: Option<u64>,
    /// Its trials in the order in which they are run.
    pub plan: Vec<PlannedTrial>,
    /// Those that have ended.
    pub trials: Vec<Trial>,
    /// The number of its newest event.
    pub last_event: u64,
    /// What came out: of a finished run, and of a cancelled one as far as it got.
    pub report: Option<Report>,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum RunState {
    Queued,
    Running,
    Finished,
    Cancelled,
}

impl RunState {
    /// Whether nothing more will come.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Cancelled)
    }
}

/// Something that happened to a run: an entry of its numbered log, the `data:` of a server-sent event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunEvent {
    /// From 1, without gaps: the `id:` of the server-sent event.
    pub number: u64,
    /// Milliseconds since the run was asked for.
    pub at_ms: u64,
    /// What happened.
    #[serde(flatten)]
    pub what: Happening,
}

/// What happened to a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Happening {
    /// It waits for its turn, or moved up. Always the first event, even where the wait is nothing.
    Queued {
        /// How many runs go before it.
        position: u64,
        /// About how long, milliseconds.
        expected_wait_ms: Option<u64>,
    },
    /// Its turn has come.
    Started {
        /// Its trials in the order in which they are run.
        plan: Vec<PlannedTrial>,
    },
    /// It is shorter than was planned: it can tell already.
    Replanned {
        /// Its trials, those that have ended among them.
        plan: Vec<PlannedTrial>,
    },
    /// A trial's process was started.
    TrialStarted {
        /// Which.
        order: u64,
    },
    /// A trial came to its next phase.
    TrialPhase {
        /// Which.
        order: u64,
        /// What it does now.
        phase: Phase,
    },
    /// A trial ended, one way or another.
    TrialFinished {
        /// With what.
        trial: Box<Trial>,
    },
    /// All trials have ended. The last event.
    Finished,
    /// It was cancelled. The last event.
    Cancelled,
}

/// What a trial is doing. Nothing is told between the two readings of the clock: whoever listens would use the cores that are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// A small run of the same cell, not counted.
    WarmUp,
    /// Units are made and wait at the start barrier; then the measured part.
    Work,
    /// The answer is checked.
    Check,
}
