//! Runs, from the queue to the disk.
//!
//! ```text
//! dispatcher (handle) ──► task ──► kept_run, one per run ──► store (a file each) ──► log (in memory) ──► every follower
//!                            └───► estimate, how long those that wait will wait
//!                after a restart: store (a row each) ──► the run and its log again
//! ```

pub(crate) mod dispatcher;
pub(crate) mod id;
pub(crate) mod log;
pub(crate) mod request;

mod estimate;
mod kept_run;
mod task;

use std::time::{SystemTime, UNIX_EPOCH};

/// The time of day: milliseconds since 1970, UTC.
pub(crate) fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
