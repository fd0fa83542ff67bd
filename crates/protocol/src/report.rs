//! The outcome of a run, for people and tools: derived from its log (`analysis::report`), and never stored.

use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::json::write_grouped;
use crate::plan::{PlannedTrial, Role};
use crate::{Build, Catalog, Conditions, Experiment, Machine, RunState, Trial, Values};

/// The version of the report's form.
pub const REPORT_VERSION: u32 = 2;

/// An experiment and everything that came out of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// The part of the catalogue that explains it: its workload, its models, the quantities.
    pub catalog: Catalog,
    /// How the run ended, or where it stands.
    pub state: RunState,
    /// The trials that it has, in the order in which they are run.
    pub plan: Vec<PlannedTrial>,
    /// Every trial that has ended, in that order.
    pub trials: Vec<Trial>,
    /// What came out, in words: the sentence, and in a second line what it rests on. Empty for a sweep.
    pub sentence: String,
    /// One a label.
    pub summary: Vec<Summary>,
    /// Each pair of models, by the workload's headline; then by every other quantity that is shown.
    pub comparisons: Vec<Comparison>,
    /// What one model shows against itself in the headline; `None` until enough repetitions have both.
    pub noise_floor: Option<Control>,
    /// The same in each quantity that is shown, the headline first.
    pub controls: Vec<Control>,
    /// Why there is no verdict by the headline that the trials could support, and what mends it.
    pub withheld: Option<Withheld>,
    /// Of a sweep: the same at each of its points, by the headline alone. (The five above are then of none.)
    pub points: Vec<Point>,
    /// Of a sweep of one parameter: where one model overtakes another.
    pub crossovers: Vec<Crossover>,
    /// What tracing cost each model that was traced.
    pub tracing: Vec<TracingCost>,
    /// How the machine was while this was measured; `None` until the run is over.
    pub conditions: Option<Conditions>,
}

/// What the trials amount to at one value of the parameter that is swept, or at one of each if two are.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are those of a report")]
pub struct Point {
    /// The parameter's value.
    pub value: u64,
    /// The second parameter's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub also: Option<u64>,
    pub summary: Vec<Summary>,
    pub comparisons: Vec<Comparison>,
    pub noise_floor: Option<Control>,
}

impl Point {
    /// Whether a trial is one of its own.
    #[must_use]
    pub fn has(&self, planned: &PlannedTrial) -> bool {
        (planned.at, planned.also_at) == (Some(self.value), self.also)
    }
}

/// Where, along a sweep, one model overtakes another. Told only between two values at which the verdicts are opposite.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Crossover {
    /// The model that has less of the metric before, and more of it after.
    pub a: String,
    /// The model that it overtakes.
    pub b: String,
    /// The quantity's key.
    pub metric: String,
    /// The parameter's value at which the two are equal, between two that were measured.
    pub at: f64,
    /// Lower end of its 95 % bootstrap interval; a draw that does not cross lies at the end that it would cross beyond.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// The share of draws that crossed between these values: near 1, or the interval reaches as far as it could.
    pub share: f64,
}

/// What tracing cost a model: its traced trial against its others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TracingCost {
    /// The model's id.
    pub model: String,
    /// Operations per second of the traced trial over the median of those that were not traced.
    pub ratio: f64,
    /// How long an operation took in it, over how long it takes in the others: by their median, and by the ends of its interval.
    pub cost: Interval,
    /// Whether that is little enough for the times of its lanes to be believed; their order can be always.
    pub are_times_real: bool,
}

/// What the trials of one model and role amount to. Only trials that are `ok` count.
///
/// In JSON each quantity stands under its own name, those with a dotted key in groups: `"latency_ns": {"p50": {"median": …}}`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// The model's id.
    pub model: String,
    /// Plain, or the A/A control.
    pub role: Role,
    /// Trials that are `ok`.
    pub trials: u64,
    /// What they amount to, by the quantity's key.
    pub values: BTreeMap<String, Interval>,
    /// The same of the workload's own figures.
    pub extra: BTreeMap<String, Interval>,
}

impl Summary {
    /// What the trials amount to in this quantity.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<Interval> {
        self.values.get(key).or_else(|| self.extra.get(key)).copied()
    }
}

impl Serialize for Summary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("model", &self.model)?;
        map.serialize_entry("role", &self.role)?;
        map.serialize_entry("label", &self.role.label_of(&self.model))?;
        map.serialize_entry("trials", &self.trials)?;
        write_grouped(&mut map, &self.values)?;
        map.serialize_entry("extra", &self.extra)?;
        map.end()
    }
}

/// A median and the interval of order statistics around it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Interval {
    /// The middle value, or the mean of the two in the middle.
    pub median: f64,
    /// The lower end: the median itself if there are fewer than three samples.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The exact chance that such an interval holds the true median, 0 to 1: at least 0.95 where there are samples enough.
    pub coverage: f64,
}

/// One model against another, by the ratio within each repetition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The model that the verdict is about.
    pub a: String,
    /// The model that it is compared with.
    pub b: String,
    /// The quantity's key.
    pub metric: String,
    /// Repetitions in which both came to a result: what this rests on.
    pub repetitions: u64,
    /// `a` over `b`: the Hodges-Lehmann estimate over the repetitions.
    pub ratio: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// The exact chance that such an interval holds the true ratio, 0 to 1: at least 0.95 from six repetitions on.
    pub coverage: f64,
    /// The chance of ratios at least so one-sided if the two were alike: Wilcoxon's signed-rank test, exact and two-sided.
    pub p: f64,
    /// The same, corrected for all pairs that are shown of this quantity (Holm), and for the number of looks if the experiment
    /// ends as soon as it can tell.
    pub p_adjusted: f64,
    /// What that says.
    pub verdict: Verdict,
    /// Why it cannot tell.
    pub because: Option<Because>,
    /// About how many more repetitions it would take to tell; `None` if it can tell, if it is going on, and if more than can be
    /// had would not do.
    pub more_repetitions: Option<u64>,
}

/// What a comparison says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// `a` did more operations per second.
    Faster,
    /// `a` did fewer.
    Slower,
    /// `a` had more of another quantity.
    More,
    /// `a` had less of it.
    Less,
    /// See [`Comparison::because`].
    CannotTell,
}

/// Why a comparison cannot tell, the first of these that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The measured part of a model's trials is too short.
    Short,
    /// More than a fifth of the trials were disturbed by others.
    Disturbed,
    /// The quantity is a percentile, and trials timed too few operations for it.
    FewSamples,
    /// The quantity is a latency, and arrivals were late by too much of it.
    Late,
    /// Fewer than six repetitions in which both models came to a result, or fewer of the control.
    TooFew,
    /// The two may be alike: 1 is inside the interval.
    Interval,
    /// Not after correction for the number of pairs, and of looks.
    Pairs,
    /// The control shows as much against itself.
    Control,
    /// It does not show in three figures.
    ThreeFigures,
}

/// What the control's model shows against itself (A/A), compared as two models are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Control {
    /// The control's model.
    pub model: String,
    /// The quantity's key.
    pub metric: String,
    /// Repetitions in which both came to a result.
    pub repetitions: u64,
    /// The second time over the first.
    pub ratio: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// As in [`Comparison::coverage`].
    pub coverage: f64,
    /// The far end of the interval, as a factor above 1: no ratio up to it is a verdict.
    pub factor: f64,
}

/// Why there is no verdict, and what mends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Withheld {
    /// In a word.
    pub because: Because,
    /// In words, without a full stop: "each trial of native threads lasted 58.0 µs".
    pub reason: String,
    /// What to do about it.
    pub mend: Mend,
}

/// An experiment to run instead: an edit of the one that was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mend {
    /// What a button says: "Measure 200 ms each".
    pub label: String,
    /// The parameters and fields of the method to set, by name; empty means the same again.
    pub set: Values,
}
