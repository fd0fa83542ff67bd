//! What parent and child say to each other: the assignment as an argument, and JSON lines back.

use engine::{Measured, TrialSpec};
use protocol::log::Phase;
use serde::{Deserialize, Serialize};

/// The first argument of a child; the second is its [`Assignment`] as JSON.
pub(crate) const CHILD_ROLE: &str = "run-one-trial";

/// What a child is started for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Assignment {
    /// The process that must be its parent; if it is not any more, there is nobody to measure for.
    pub(crate) parent: u32,
    pub(crate) spec: TrialSpec,
    /// Whether it keeps to one of the machine's cores.
    pub(crate) one_core: bool,
    pub(crate) threads_limit: u64,
    pub(crate) files_limit: u64,
}

/// A line from the child.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub(crate) enum Line {
    Phase {
        phase: Phase,
    },
    Measured(Box<Measured>),
    /// The machine would not give what the model asked for.
    Refused {
        words: String,
    },
    Failed {
        words: String,
    },
}
