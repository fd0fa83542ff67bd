//! What was measured.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Build, Experiment, Machine};

/// The version of the report's form.
pub const REPORT_VERSION: u32 = 1;

/// An experiment and everything that came out of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`REPORT_VERSION`].
    pub version: u32,
    /// The run's id.
    pub id: String,
    /// When it was started: milliseconds since 1970, UTC.
    pub started_ms: u64,
    /// What was run.
    pub experiment: Experiment,
    /// Where.
    pub machine: Machine,
    /// With what.
    pub build: Build,
    /// Every trial, in the order in which they were run.
    pub trials: Vec<Trial>,
    /// One a label.
    pub summary: Vec<Summary>,
    /// Each pair of models, by the workload's headline metric.
    pub comparisons: Vec<Comparison>,
    /// What one model shows against itself; `None` until both of its labels have a result.
    pub noise_floor: Option<NoiseFloor>,
    /// Of a sweep: the same at each of its values. (The three above are then of none.)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<Point>,
    /// Of a sweep: where one model overtakes another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crossovers: Vec<Crossover>,
    /// What tracing cost each model that was traced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tracing: Vec<TracingCost>,
    /// How the machine was while this was measured.
    #[serde(default)]
    pub conditions: Option<Conditions>,
}

/// What the trials came to at one value of the parameter that is swept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those of a report")]
pub struct Point {
    /// The parameter's value.
    pub value: u64,
    pub summary: Vec<Summary>,
    pub comparisons: Vec<Comparison>,
    pub noise_floor: Option<NoiseFloor>,
}

/// Where, along a sweep, one model overtakes another. Told only between two values at which the verdicts are opposite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Crossover {
    /// The model that has less of the metric before, and more of it after.
    pub a: String,
    /// The model that it overtakes.
    pub b: String,
    /// [`crate::catalog::Metric::key`].
    pub metric: String,
    /// The parameter's value at which the two are equal, between two that were measured.
    pub at: f64,
    /// Lower end of its 95 % bootstrap interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What tracing cost a model: its traced trial against its others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TracingCost {
    /// The model's id.
    pub model: String,
    /// Operations a second of the traced trial over the median of those that were not.
    pub ratio: f64,
}

/// How the machine was from a run's beginning to its end. `None` where the kernel does not say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// Runnable threads over the last minute before it began, of the whole machine (`/proc/loadavg`).
    pub load_before: Option<f64>,
    /// The same at its end.
    pub load_after: Option<f64>,
    /// Share of the machine's time that a hypervisor gave to others (`/proc/stat`), 0 to 1.
    pub steal: Option<f64>,
    /// Times that a core was slowed down because it was hot (`thermal_throttle`), or this control group because it had used up its
    /// share (`cpu.stat`).
    pub throttled: Option<u64>,
    /// Trials during which others used more than a tenth of the machine.
    pub disturbed: u64,
}

/// One model, one repetition, in a process of its own. Figures are absent (`null`) where the trial did not come to have them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The model's id.
    pub model: String,
    /// The model's id, or the A/A control's label.
    pub label: String,
    /// Which repetition of its label, from 0.
    pub repetition: u64,
    /// Its place in the run, from 0.
    pub order: u64,
    /// The value of the parameter that is swept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<u64>,
    /// How it ended.
    pub status: TrialStatus,
    /// Why, where it is not `ok`: a sentence, with the operating system's or the panic's own words.
    pub error: Option<String>,
    /// The measured part by the wall clock: from before the start barrier opens until the last unit is done.
    pub wall_ns: Option<u64>,
    /// Operations done in the measured part.
    pub operations: Option<u64>,
    /// `operations / wall_ns`, a second.
    pub ops_per_s: Option<f64>,
    /// Latency of an operation.
    pub latency_ns: Option<Latency>,
    /// CPU time of the whole process in user mode (`wait4`), set-up and warm-up included.
    pub user_ns: Option<u64>,
    /// The same in the kernel.
    pub system_ns: Option<u64>,
    /// Times that a thread gave its core up, whole process (`wait4`).
    pub voluntary_switches: Option<u64>,
    /// Times that a thread was taken off its core, whole process (`wait4`).
    pub involuntary_switches: Option<u64>,
    /// CPU time and switches of the measured part alone, read by the process itself at its two ends.
    pub measured: Option<Usage>,
    /// Greatest resident memory of the process.
    pub peak_rss_bytes: Option<u64>,
    /// What the kernel held for the process at its peak, besides: kernel stacks and page tables.
    pub kernel_memory_bytes: Option<u64>,
    /// The most OS threads that the process had.
    pub os_threads_peak: Option<u64>,
    /// The least and the most operations that one unit did.
    pub unit_operations: Option<MinMax>,
    /// What the work came to: a checksum or an invariant, as text.
    pub answer: Option<String>,
    /// Whether that is what it must come to.
    pub answer_ok: Option<bool>,
    /// Whether others used more than a tenth of the machine meanwhile.
    pub disturbed: bool,
    /// What share of the machine's CPU time others used meanwhile, 0 to 1.
    pub foreign_cpu: Option<f64>,
    /// What was run before the measured part, and not counted.
    pub warm_up: Option<WarmUp>,
    /// Of a traced trial: how many spans its lanes have. Its figures are dearer by the tracing, and count nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lanes: Option<Lanes>,
    /// What only this workload reports, by [`crate::catalog::Figure::key`].
    #[serde(default)]
    pub extra: BTreeMap<String, f64>,
}

/// How much was seen of a traced trial.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lanes {
    /// Spans that were kept.
    pub spans: u64,
    /// Spans for which there was no room any more.
    pub dropped: u64,
}

impl Trial {
    /// Resident and kernel memory at the peak, bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> Option<u64> {
        Some(self.peak_rss_bytes? + self.kernel_memory_bytes.unwrap_or(0))
    }
}

/// How a trial ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// It used more memory than a trial may, or somebody killed it.
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

/// Percentiles of the operations of one trial, nanoseconds, from an HDR histogram (three significant digits).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Latency {
    pub p50: u64,
    pub p90: u64,
    pub p99: u64,
    pub p999: u64,
    pub max: u64,
    pub mean: f64,
    pub count: u64,
}

/// CPU time and context switches of a part of a trial.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Usage {
    pub user_ns: u64,
    pub system_ns: u64,
    pub voluntary_switches: u64,
    pub involuntary_switches: u64,
}

/// The ends of a range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct MinMax {
    pub min: u64,
    pub max: u64,
}

/// What was run before the measured part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WarmUp {
    /// Operations done.
    pub operations: u64,
    /// How long it took.
    pub wall_ns: u64,
}

/// What the trials of one label came to. Only trials that are `ok` count.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those of a trial")]
pub struct Summary {
    pub model: String,
    pub label: String,
    /// Trials that are `ok`.
    pub trials: u64,
    pub ops_per_s: Option<Interval>,
    pub latency_ns: Option<LatencySummary>,
    pub memory_bytes: Option<Interval>,
    pub peak_rss_bytes: Option<Interval>,
    /// User and system time of the measured part, for one operation.
    pub cpu_ns_per_operation: Option<Interval>,
    /// Context switches of the measured part, for one operation.
    pub switches_per_operation: Option<Interval>,
    pub os_threads_peak: Option<u64>,
    /// What only this workload reports.
    #[serde(default)]
    pub extra: BTreeMap<String, Interval>,
}

/// A [`Latency`] over several trials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct LatencySummary {
    pub p50: Interval,
    pub p90: Interval,
    pub p99: Interval,
    pub p999: Interval,
    pub max: Interval,
    pub mean: Interval,
}

/// A median and the 95 % bootstrap interval around it; both ends are the median where there are too few trials for one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Interval {
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

/// One model against another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The model that the verdict is about.
    pub a: String,
    /// The model that it is compared with.
    pub b: String,
    /// [`crate::catalog::Metric::key`].
    pub metric: String,
    /// Median of `a` over median of `b`.
    pub ratio: f64,
    /// Lower end of its 95 % bootstrap interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// What that says.
    pub verdict: Verdict,
    /// About how many more repetitions it would take to tell, where it cannot tell.
    pub more_repetitions: Option<u64>,
}

/// What a comparison says. Never inside the noise floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// `a` did more operations a second.
    Faster,
    /// `a` did fewer.
    Slower,
    /// `a` needed more (memory): where the metric is not about speed.
    More,
    /// `a` needed less.
    Less,
    /// The interval meets the noise floor.
    CannotTell,
}

/// What the control's model shows against itself (A/A).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoiseFloor {
    /// The control's model.
    pub model: String,
    /// Which metric.
    pub metric: String,
    /// Median of the second label over median of the first.
    pub ratio: f64,
    /// Lower end of its 95 % bootstrap interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// `ratio` or its inverse, whichever is greater: a difference under this factor is noise.
    pub factor: f64,
}
