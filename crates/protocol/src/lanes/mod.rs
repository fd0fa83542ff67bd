//! Lanes: who ran where, and which operations they did, in one traced trial.
//!
//! ```text
//! columns     one trial's lanes as bytes, in blocks that can be read alone
//! bundle      those of all models of a run, one after the other
//! overview    what they show at a glance, small enough for a stored result and a link
//! chrome      the same for other viewers
//! ```

mod bundle;
pub mod chrome;
mod columns;
mod overview;

use serde::{Deserialize, Serialize};

pub use self::bundle::{bundle, bundle_during, bundled, is_bundle, read_bundle_during, read_bundled, write_bundle};
pub use self::columns::{BlockHead, LanesHead, NoLanes, SPANS_PER_BLOCK};
pub use self::overview::{BINS, LanesOverview};

/// Spans of one trial, stints and deeds together; what comes later is counted and dropped.
pub const MOST_SPANS: usize = 1_000_000;

/// Lanes of one trial. Times are nanoseconds since the gate was opened; before it they are negative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lanes {
    /// What holds for all of them.
    pub about: LanesAbout,
    /// Times during which a thread had a core, in the order of their begin.
    pub stints: Vec<Stint>,
    /// What units did, in the order of their begin.
    pub deeds: Vec<Deed>,
}

/// What holds for the lanes of one trial.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanesAbout {
    /// The model's id.
    pub model: String,
    /// The kernel's numbers of the cores that it may use.
    pub cores: Vec<u32>,
    /// Its threads; a span names its thread by the place in this list.
    pub threads: Vec<String>,
    /// When recording began.
    pub from: i64,
    /// When the measured part ended.
    pub to: i64,
    /// Where the stints are from.
    pub source: LanesSource,
    /// Spans that there was no room for.
    pub dropped: u64,
}

/// Where stints are from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LanesSource {
    /// The kernel's records of switches.
    #[default]
    Switches,
    /// The kernel's accounts of each thread, read at the end of each operation, because it gives no records, for this reason. The
    /// order inside an operation is not known then.
    Accounts(String),
}

/// A time during which a thread had a core.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stint {
    /// Its place among the threads.
    pub thread: u32,
    /// The kernel's number of the core; `None` if it is not known.
    pub core: Option<u32>,
    /// From when.
    pub from: i64,
    /// To when.
    pub to: i64,
    /// How long before it the thread could have run and had no core, nanoseconds, as far as that is known.
    pub waited: u64,
    /// Whether it could have gone on when it lost the core.
    pub preempted: bool,
}

/// What a unit did on a thread, up to one of the moments that its cell tells of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deed {
    /// The place of its thread among the threads.
    pub thread: u32,
    /// Which unit, counted from 0 as they were made; `None` if the thread alone is told of.
    pub unit: Option<u32>,
    /// From when: the moment before on this thread, or when this unit's turn began.
    pub from: i64,
    /// To when.
    pub to: i64,
    /// The line of the cell's file that told of it; 0 if that is not known.
    pub line: u32,
    /// What it was.
    pub kind: DeedKind,
}

/// What a unit did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeedKind {
    /// An operation.
    #[default]
    Operation,
    /// It was made.
    Made,
    /// It ended.
    Ended,
    /// It failed.
    Failed,
}

impl DeedKind {
    pub(in crate::lanes) const ALL: [Self; 4] = [Self::Operation, Self::Made, Self::Ended, Self::Failed];
}
