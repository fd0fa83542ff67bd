//! One model, one repetition, in a process of its own: how it ended, and what was measured.

use std::collections::BTreeMap;
use std::fmt;

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::histogram::Histogram;
use crate::json::{Number, need, object, take, take_numbers, two_forms, write_grouped};
use crate::lanes::LanesOverview;
use crate::plan::PlannedTrial;

/// A trial that has ended.
///
/// In JSON one flat object: what was planned, how it ended, and each figure under its own name, those with a dotted key in groups
/// (`latency_ns.p50` is `"latency_ns": {"p50": …}`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Trial {
    /// Which it is.
    pub planned: PlannedTrial,
    /// How it ended.
    pub status: TrialStatus,
    /// Why, unless it is `ok`: a sentence, with the operating system's or the panic's own words.
    pub error: Option<String>,
    /// The result of the work: a checksum or an invariant, as text.
    pub answer: Option<String>,
    /// Whether others used more than a tenth of the machine meanwhile.
    pub disturbed: bool,
    /// What is measured of every trial; what each key is, and its unit, is in the table of quantities (`analysis::quantities`).
    pub figures: Figures,
    /// What only this workload reports, see [`Workload::figures`](crate::Workload::figures).
    pub extra: Figures,
    /// Latencies of all operations that were timed. In JSON `latency_histogram`.
    pub latencies: Histogram,
    /// When units had ended their last operation, nanoseconds since the start barrier opened, ascending: all of them, or 200
    /// evenly spaced ones with the first and the last. Empty if operations do not follow each other inside a unit.
    pub finishes_ns: Vec<u64>,
    /// What its process was seen to use, in the order of time: 120 looks at most, evenly spaced.
    pub readings: Vec<Reading>,
    /// From when to when the measured part was, milliseconds, as [`Reading::at_ms`] is counted.
    pub work_ms: Option<(u64, u64)>,
    /// Lines that a unit's code printed, in order.
    pub printed: Vec<String>,
    /// Of a traced trial: what its lanes show at a glance. In JSON `lanes_overview`.
    pub lanes: Option<LanesOverview>,
}

/// What the process of a trial was using and had used at one moment, seen by its parent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Milliseconds since the process was started.
    pub at_ms: u64,
    /// Resident memory.
    pub rss_bytes: u64,
    /// CPU time in user mode until then. The sum with the next is exact; how it is divided is known in ticks, mostly of 10 ms.
    pub user_ns: u64,
    /// The same in the kernel.
    pub system_ns: u64,
    /// OS threads.
    pub threads: u64,
}

/// Numbers by their key. What a trial does not have is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures(BTreeMap<String, f64>);

impl Figures {
    /// The figure with this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<f64> {
        self.0.get(key).copied()
    }

    /// Sets a figure. What is no number is left out.
    pub fn set(&mut self, key: impl Into<String>, value: f64) {
        if value.is_finite() {
            self.0.insert(key.into(), value);
        }
    }

    /// The same of a count; above 2^53 the nearest that a float can hold.
    pub fn count(&mut self, key: impl Into<String>, value: u64) {
        self.set(key, value as f64);
    }

    /// With this figure.
    #[must_use]
    pub fn with(mut self, key: &str, value: f64) -> Self {
        self.set(key, value);
        self
    }

    /// Takes another's figures over; the other's count if both have one.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Every key and its figure, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        self.0.iter().map(|(key, value)| (key.as_str(), *value))
    }
}

/// A figure that must be there: of a trial that is known to have it.
impl std::ops::Index<&str> for Figures {
    type Output = f64;

    /// # Panics
    /// If it is not there.
    fn index(&self, key: &str) -> &f64 {
        self.0.get(key).unwrap_or_else(|| panic!("there is no figure {key}"))
    }
}

/// What the API promises of every trial: `null` if the trial does not have it.
const PROMISED: [&str; 16] = [
    "wall_ns",
    "operations",
    "ops_per_s",
    "latency_ns",
    "user_ns",
    "system_ns",
    "voluntary_switches",
    "involuntary_switches",
    "peak_rss_bytes",
    "kernel_memory_bytes",
    "os_threads_peak",
    "unit_operations",
    "measured",
    "foreign_cpu",
    "warm_up",
    "lanes",
];

impl Trial {
    /// The figure with this key, of every trial or of this workload alone.
    #[must_use]
    pub fn figure(&self, key: &str) -> Option<f64> {
        self.figures.get(key).or_else(|| self.extra.get(key))
    }

    /// Whether it did its work and the answer is right.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.status == TrialStatus::Ok
    }

    /// Whether the answer is what it must be; `None` if there is none.
    #[must_use]
    pub fn answer_ok(&self) -> Option<bool> {
        match self.status {
            TrialStatus::Ok => Some(true),
            TrialStatus::Invalid => Some(false),
            _ => None,
        }
    }

    fn json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.planned.write(&mut map)?;
        map.serialize_entry("status", &self.status)?;
        map.serialize_entry("error", &self.error)?;
        map.serialize_entry("answer", &self.answer)?;
        map.serialize_entry("answer_ok", &self.answer_ok())?;
        map.serialize_entry("disturbed", &self.disturbed)?;
        let begins = |name: &str| self.figures.iter().any(|(key, _)| key.split('.').next() == Some(name));
        for name in PROMISED.into_iter().filter(|name| !begins(name)) {
            map.serialize_entry(name, &None::<f64>)?;
        }
        let numbers = |figures: &Figures| -> BTreeMap<String, Number> {
            figures.iter().map(|(key, value)| (key.to_owned(), Number(value))).collect()
        };
        write_grouped(&mut map, &numbers(&self.figures))?;
        map.serialize_entry("extra", &numbers(&self.extra))?;
        map.serialize_entry("latency_histogram", &self.latencies)?;
        map.serialize_entry("finishes_ns", &self.finishes_ns)?;
        map.serialize_entry("readings", &self.readings)?;
        map.serialize_entry("work_ms", &self.work_ms)?;
        map.serialize_entry("printed", &self.printed)?;
        map.serialize_entry("lanes_overview", &self.lanes)?;
        map.end()
    }

    fn of_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut object = object(deserializer)?;
        let planned = PlannedTrial::take_from(&mut object)?;
        let (status, disturbed) = (need(&mut object, "status")?, take(&mut object, "disturbed")?.unwrap_or_default());
        let (error, answer) = (take(&mut object, "error")?, take(&mut object, "answer")?);
        // Said by the status.
        object.remove("answer_ok");
        let extra = Figures(take(&mut object, "extra")?.unwrap_or_default());
        // Reports of earlier versions do not have these.
        let latencies = take(&mut object, "latency_histogram")?.unwrap_or_default();
        let finishes_ns = take(&mut object, "finishes_ns")?.unwrap_or_default();
        let (readings, work_ms) = (take(&mut object, "readings")?.unwrap_or_default(), take(&mut object, "work_ms")?);
        let printed = take(&mut object, "printed")?.unwrap_or_default();
        let lanes = take(&mut object, "lanes_overview")?;
        let figures = Figures(take_numbers(&mut object));
        Ok(Self {
            planned,
            status,
            error,
            answer,
            disturbed,
            figures,
            extra,
            latencies,
            finishes_ns,
            readings,
            work_ms,
            printed,
            lanes,
        })
    }
}

two_forms!(Trial);

/// How a trial ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialStatus {
    /// It did its work and the answer is right.
    Ok,
    /// The machine would not give what the model asked for (the 31,000th thread): a result.
    Refused,
    /// A panic, an abort, an exit before the end, or rubbish instead of a result.
    #[default]
    Failed,
    /// It took longer than a trial may.
    Timeout,
    /// It used more memory than a trial may, or something killed it.
    Killed,
    /// The run was cancelled before it ended.
    Cancelled,
    /// It ended, but its answer is wrong: its figures mean nothing.
    Invalid,
}

impl TrialStatus {
    /// The word in a report.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Timeout => "timeout",
            Self::Killed => "killed",
            Self::Cancelled => "cancelled",
            Self::Invalid => "invalid",
        }
    }
}

impl fmt::Display for TrialStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
