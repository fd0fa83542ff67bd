//! Runs, from the queue to the disk.
//!
//! ```text
//! dispatcher (handle) ──► task ──► kept_run, one per run ──► store (log on the disk) ──► log (in memory) ──► every follower
//!                            └───► estimate, how long those that wait will wait
//!                after a restart: store ──► stored, or version_1 of an earlier version's ──► the run and its log again
//! ```

pub(crate) mod dispatcher;
pub(crate) mod id;
pub(crate) mod log;
pub(crate) mod request;
pub(crate) mod store;
pub(crate) mod stored;

mod estimate;
mod kept_run;
mod task;
mod version_1;

use std::time::{SystemTime, UNIX_EPOCH};

/// The time of day: milliseconds since 1970, UTC.
pub(crate) fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
