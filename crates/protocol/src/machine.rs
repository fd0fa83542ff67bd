//! Where and with what a result was measured: part of every report.

use serde::{Deserialize, Serialize};

/// Where and with what this server measures: `GET /api/machine`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Here {
    /// The machine.
    pub machine: Machine,
    /// The program.
    pub build: Build,
}

/// The machine that measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// As the kernel names it: "AMD EPYC".
    pub cpu: String,
    /// Cores that the server may use.
    pub cores: u64,
    /// Physical memory, bytes.
    pub memory_bytes: u64,
    /// "Debian GNU/Linux 12 (bookworm)"
    pub os: String,
    /// "Linux 6.18.44"
    pub kernel: String,
    /// Threads that one trial may have, with a margin below the point where the process would abort.
    pub threads_limit: u64,
    /// Which of the kernel's limits sets that.
    pub threads_limit_because: String,
    /// File descriptors that one trial may have open.
    pub files_limit: u64,
    /// The most memory that a trial may use, bytes, and how long it may take, milliseconds.
    pub trial_memory_limit_bytes: u64,
    /// See above.
    pub trial_time_limit_ms: u64,
    /// What its clock and its scheduler cost, measured when the program started; `None` where that failed.
    #[serde(default)]
    pub calibration: Option<Calibration>,
}

/// What a machine's clock and scheduler cost: medians, nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calibration {
    /// One reading of the clock.
    pub clock_ns: u64,
    /// From waking a thread until it runs, both on one core (futex).
    pub wake_same_core_ns: u64,
    /// The same across two cores; `None` on a machine of one.
    pub wake_cross_core_ns: Option<u64>,
    /// How much later than asked a sleep of 1 ms ends.
    pub timer_late_ns: u64,
}

/// The program that measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Build {
    /// This project's version.
    pub version: String,
    /// The commit, shortened; `-dirty` behind it where the tree had changes; empty where it was not built from a repository.
    pub commit: String,
    /// `release`, or `debug`: a debug build measures nothing that anyone should read.
    pub profile: String,
    /// "1.95.0"
    pub rustc: String,
    /// The version of Tokio that was compiled in.
    pub tokio: String,
    /// The version of Actix that was compiled in.
    pub actix: String,
    /// The version of Rayon that was compiled in.
    #[serde(default)]
    pub rayon: String,
    /// The version of smol that was compiled in.
    #[serde(default)]
    pub smol: String,
}
