//! The numbered log of a run: what the server tells of it, in order. The log is the run: [`Run`](crate::Run) is its fold, and it
//! is what is stored.

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::{need, object, read_tagged, two_forms, write_tagged};
use crate::machine::Calibration;
use crate::plan::PlannedTrial;
use crate::{Build, Catalog, Conditions, Experiment, Machine, Trial};

/// The version of the log's form, of a stored file too. 1 was a file with the report alone.
pub const LOG_VERSION: u32 = 2;

/// Something that happened to a run: an entry of its log, the `data:` of a server-sent event.
///
/// In JSON one flat object: `{"number": 3, "at_ms": 12, "event": "trial_started", "order": 0}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct RunEvent {
    /// From 1, without gaps: the `id:` of the server-sent event.
    pub number: u64,
    /// Milliseconds since the run was submitted.
    pub at_ms: u64,
    /// What happened.
    pub what: Happening,
}

impl RunEvent {
    fn json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("number", &self.number)?;
        map.serialize_entry("at_ms", &self.at_ms)?;
        write_tagged(&mut map, "event", &self.what)?;
        map.end()
    }

    fn of_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut object = object(deserializer)?;
        let (number, at_ms) = (need(&mut object, "number")?, need(&mut object, "at_ms")?);
        Ok(Self { number, at_ms, what: read_tagged(object, "event")? })
    }
}

two_forms!(RunEvent);

/// What happened to a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// It was submitted. Always the first event: all that explains the others.
    Submitted(Box<Submission>),
    /// It waits for its turn, or moved up.
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
    /// Its next trial waits until another server of this machine has ended its own.
    WaitingForMachine {
        /// The trial.
        order: u64,
    },
    /// What the machine's clock and scheduler cost was measured again: the submission's is too old.
    Calibrated {
        /// What it costs now.
        calibration: Box<Calibration>,
    },
    /// A trial's process was started.
    TrialStarted {
        /// Which.
        order: u64,
    },
    /// A trial reached its next phase.
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
    /// The log cannot be stored: the run goes on, and ends with this server.
    NotStored {
        /// The operating system's words.
        reason: String,
    },
    /// All trials have ended. A last event.
    Finished {
        /// How the machine was meanwhile.
        conditions: Option<Conditions>,
    },
    /// It was cancelled. A last event.
    Cancelled {
        /// How the machine was meanwhile; nothing for a run that had not begun.
        conditions: Option<Conditions>,
    },
    /// Its server ended in the middle of it; what had been told is there. A last event, written by the next server.
    Interrupted,
}

impl Happening {
    /// Whether nothing more will come.
    #[must_use]
    pub fn is_last(&self) -> bool {
        matches!(self, Self::Finished { .. } | Self::Cancelled { .. } | Self::Interrupted)
    }
}

/// What a run begins with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Submission {
    /// [`LOG_VERSION`] of the server that wrote it.
    pub version: u32,
    /// Names the run in links and routes.
    pub id: String,
    /// The time of day: milliseconds since 1970, UTC.
    pub submitted_ms: u64,
    /// What is to be run.
    pub experiment: Experiment,
    /// Where.
    pub machine: Machine,
    /// With what.
    pub build: Build,
    /// The part of the catalogue that explains the result: its workload, its models, the quantities. A result reads the same with
    /// no server, and with a newer one.
    pub catalog: Catalog,
}

/// What a trial is doing. Nothing is told between the two readings of the clock: a listener would use the cores that are
/// measured.
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
