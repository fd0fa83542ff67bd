//! The outcome of a run, for people and tools: derived from its log (`analysis::report`), and never stored.

use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::json::write_grouped;
use crate::plan::{PlannedTrial, Role};
use crate::{Build, Catalog, Conditions, Experiment, Machine, RunState, Trial};

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
    /// One a label.
    pub summary: Vec<Summary>,
    /// Each pair of models, by the workload's headline metric.
    pub comparisons: Vec<Comparison>,
    /// What one model shows against itself; `None` until both of its labels have a result.
    pub noise_floor: Option<NoiseFloor>,
    /// Of a sweep: the same at each of its values. (The three above are then of none.)
    pub points: Vec<Point>,
    /// Of a sweep: where one model overtakes another.
    pub crossovers: Vec<Crossover>,
    /// What tracing cost each model that was traced.
    pub tracing: Vec<TracingCost>,
    /// How the machine was while this was measured; `None` until the run is over.
    pub conditions: Option<Conditions>,
}

/// What the trials amount to at one value of the parameter that is swept.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are those of a report")]
pub struct Point {
    /// The parameter's value.
    pub value: u64,
    pub summary: Vec<Summary>,
    pub comparisons: Vec<Comparison>,
    pub noise_floor: Option<NoiseFloor>,
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
    /// Lower end of its 95 % bootstrap interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What tracing cost a model: its traced trial against its others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TracingCost {
    /// The model's id.
    pub model: String,
    /// Operations per second of the traced trial over the median of those that were not traced.
    pub ratio: f64,
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

/// A median and the 95 % bootstrap interval around it; both ends are the median if there are too few trials for one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Interval {
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

/// One model against another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The model that the verdict is about.
    pub a: String,
    /// The model that it is compared with.
    pub b: String,
    /// The quantity's key.
    pub metric: String,
    /// Median of `a` over median of `b`.
    pub ratio: f64,
    /// Lower end of its 95 % bootstrap interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// What that says.
    pub verdict: Verdict,
    /// About how many more repetitions it would take to tell, if it cannot tell.
    pub more_repetitions: Option<u64>,
}

/// What a comparison says. Never inside the noise floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// `a` did more operations per second.
    Faster,
    /// `a` did fewer.
    Slower,
    /// `a` needed more (memory): if the quantity is not about speed.
    More,
    /// `a` needed less.
    Less,
    /// The interval meets the noise floor.
    CannotTell,
}

/// What the control's model shows against itself (A/A).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NoiseFloor {
    /// The control's model.
    pub model: String,
    /// The quantity's key.
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
