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
    /// What its clock and its scheduler cost, measured when the program started or, of a run, at most some minutes before it
    /// began; `None` if that failed.
    #[serde(default)]
    pub calibration: Option<Calibration>,
    /// How its kernel is set.
    #[serde(default)]
    pub settings: Settings,
    /// Why the kernel does not count a figure, by the figure's key: `{"cycles": "the machine has no hardware counters (ENOENT)"}`.
    #[serde(default)]
    pub counters: BTreeMap<String, String>,
}

/// How a machine's kernel is set, as far as it can change a result. `None` if the kernel does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The C library with its version: "glibc 2.36".
    pub libc: Option<String>,
    /// When memory is given in pages of 2 MiB: `always`, `madvise` or `never`.
    pub transparent_huge_pages: Option<String>,
    /// The governors of all cores' frequencies, each once.
    pub governor: Option<String>,
    /// Whether a core runs two threads at once: `on`, `off`, `forceoff`, `notsupported`, `notimplemented`.
    pub smt: Option<String>,
    /// How many of the processor's known weaknesses are mitigated, and the names of those that are open.
    pub mitigations: Option<String>,
    /// What the kernel reads the time from: `tsc`.
    pub clock_source: Option<String>,
    /// How often the scheduler's tick comes, Hz.
    pub tick_hz: Option<u64>,
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
    /// The least of each that was seen.
    #[serde(default)]
    pub least: Option<Costs>,
    /// What nine of ten did not exceed.
    #[serde(default)]
    pub p90: Option<Costs>,
    /// Which two cores; `None` on a machine of one.
    #[serde(default)]
    pub pair: Option<CorePair>,
}

/// The costs of a [`Calibration`] at another place of their distribution, nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the calibration's")]
pub struct Costs {
    pub clock_ns: u64,
    pub wake_same_core_ns: u64,
    pub wake_cross_core_ns: Option<u64>,
    pub timer_late_ns: u64,
}

/// The two cores between which a wake was measured, by the kernel's numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorePair {
    /// The one that both threads of a wake on one core were kept to.
    pub one: u64,
    /// The other.
    pub other: u64,
    /// What they share; `None` if the kernel does not say.
    pub relation: Option<Relation>,
}

/// What two cores share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// They are two threads of one core.
    Siblings,
    /// Two cores of one processor.
    OneSocket,
    /// They are on two processors.
    TwoSockets,
}

/// How the machine was from a run's beginning to its end. `None` if the kernel does not say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// Runnable threads over the last minute before it began, of the whole machine (`/proc/loadavg`). Those of trials are among
    /// them, of an earlier run's too: it says little about others.
    pub load_before: Option<f64>,
    /// The same at its end.
    pub load_after: Option<f64>,
    /// Share of the cores' time that went to others than the trials, 0 to 1: other programs, this server, a page that is open, a
    /// hypervisor. `None` of a run of less than 200 ms.
    #[serde(default)]
    pub foreign_cpu: Option<f64>,
    /// Share of the machine's time that a hypervisor gave to others (`/proc/stat`), 0 to 1.
    pub steal: Option<f64>,
    /// Times that a core was slowed down because it was hot (`thermal_throttle`), or this control group because it had used up
    /// its share (`cpu.stat`).
    pub throttled: Option<u64>,
    /// Trials during which others used more than a tenth of the cores that they may use.
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
    /// How the compiler was told to optimise: "3", "s"; of earlier results empty, as the next three.
    pub opt_level: String,
    /// Optimisation over all crates at link time: "fat", "thin", "off"; "thin-local" if it was left to cargo.
    pub lto: String,
    /// Into how many pieces a crate was compiled.
    pub codegen_units: String,
    /// The processor that it was compiled for: "native"; "generic" if nothing was said.
    pub target_cpu: String,
    /// The allocators that a trial of this build can have; the first is the default.
    pub allocators: Vec<String>,
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
        let allocators: Vec<String> = take(&mut object, "allocators")?.unwrap_or_default();
        let mut text = |name| take::<String, D::Error>(&mut object, name).map(Option::unwrap_or_default);
        let (version, commit, profile, rustc) = (text("version")?, text("commit")?, text("profile")?, text("rustc")?);
        let (opt_level, lto) = (text("opt_level")?, text("lto")?);
        let (codegen_units, target_cpu) = (text("codegen_units")?, text("target_cpu")?);
        let libraries = match libraries {
            Some(libraries) => libraries,
            None => serde_json::from_value(serde_json::Value::Object(object)).map_err(wrong::<D>)?,
        };
        Ok(Self { version, commit, profile, rustc, opt_level, lto, codegen_units, target_cpu, allocators, libraries })
    }
}

two_forms!(Build);
