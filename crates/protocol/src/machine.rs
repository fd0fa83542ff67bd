//! Where and with what a result was measured: part of every report.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::{object, take, two_forms, wrong};

/// Where and with what this server measures: `GET /api/machine`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Here {
    /// The machine.
    pub machine: Machine,
    /// The program.
    pub build: Build,
}

/// The machine that measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
    /// The most memory that a trial may use, bytes.
    pub trial_memory_limit_bytes: u64,
    /// How long a trial may take, milliseconds.
    pub trial_time_limit_ms: u64,
    /// What its clock and its scheduler cost, measured when the program started; `None` if that failed.
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

/// How the machine was from a run's beginning to its end. `None` if the kernel does not say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// Runnable threads over the last minute before it began, of the whole machine (`/proc/loadavg`).
    pub load_before: Option<f64>,
    /// The same at its end.
    pub load_after: Option<f64>,
    /// Share of the machine's time that a hypervisor gave to others (`/proc/stat`), 0 to 1.
    pub steal: Option<f64>,
    /// Times that a core was slowed down because it was hot (`thermal_throttle`), or this control group because it had used up
    /// its share (`cpu.stat`).
    pub throttled: Option<u64>,
    /// Trials during which others used more than a tenth of the machine.
    pub disturbed: u64,
}

/// The program that measured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Build {
    /// This project's version.
    pub version: String,
    /// The commit, shortened; `-dirty` behind it if the tree had changes; empty if it was not built from a repository.
    pub commit: String,
    /// `release`, or `debug`: a debug build measures nothing that anyone should read.
    pub profile: String,
    /// "1.95.0"
    pub rustc: String,
    /// The versions of what was measured, by the library's name: what the models are made of.
    pub libraries: BTreeMap<String, String>,
}

impl Build {
    fn json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }

    /// Earlier builds had a field for each library.
    fn of_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut object = object(deserializer)?;
        let libraries: Option<BTreeMap<String, String>> = take(&mut object, "libraries")?;
        let mut text = |name| take::<String, D::Error>(&mut object, name).map(Option::unwrap_or_default);
        let (version, commit, profile, rustc) = (text("version")?, text("commit")?, text("profile")?, text("rustc")?);
        let libraries = match libraries {
            Some(libraries) => libraries,
            None => serde_json::from_value(serde_json::Value::Object(object)).map_err(wrong::<D>)?,
        };
        Ok(Self { version, commit, profile, rustc, libraries })
    }
}

two_forms!(Build);
