//! Which trials an experiment has, and in which order.

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value as Json};

use crate::draft::{MEASURE, MEASURE_MS};
use crate::json::{need, object, take, two_forms};
use crate::{Experiment, Value};

/// What a trial is run for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Its figures.
    #[default]
    Plain,
    /// The A/A control: its model a second time, to be compared with itself.
    Control,
    /// Its lanes. Tracing costs time, so its figures count nowhere.
    Traced,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Control, Self::Traced];

    /// What stands behind the model's id in a label of this role.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Control => "-again",
            Self::Traced => "-traced",
        }
    }

    /// The label of a model's trials in this role, as reports have it.
    #[must_use]
    pub fn label_of(self, model: &str) -> String {
        format!("{model}{}", self.suffix())
    }
}

/// A trial that is to be run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct PlannedTrial {
    /// Its place in the order in which trials are run, from 0.
    pub order: u64,
    /// The model's id.
    pub model: String,
    /// What it is run for.
    pub role: Role,
    /// Which repetition of its model and role, from 0.
    pub repetition: u64,
    /// The value of the parameter that is swept.
    pub at: Option<u64>,
    /// The value of the second one that is.
    pub also_at: Option<u64>,
}

impl PlannedTrial {
    /// What reports and command lines call the trials of this model and role.
    #[must_use]
    pub fn label(&self) -> String {
        self.role.label_of(&self.model)
    }

    /// Whether its figures count: it is not traced.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        self.role != Role::Traced
    }

    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("order", &self.order)?;
        map.serialize_entry("model", &self.model)?;
        map.serialize_entry("role", &self.role)?;
        map.serialize_entry("label", &self.label())?;
        map.serialize_entry("repetition", &self.repetition)?;
        for (name, value) in [("at", self.at), ("also_at", self.also_at)] {
            if value.is_some() {
                map.serialize_entry(name, &value)?;
            }
        }
        Ok(())
    }

    pub(crate) fn take_from<E: serde::de::Error>(object: &mut Map<String, Json>) -> Result<Self, E> {
        let model: String = need(object, "model")?;
        let label: String = take(object, "label")?.unwrap_or_default();
        // In earlier builds the label alone said the role.
        let told =
            label.strip_prefix(model.as_str()).and_then(|suffix| Role::ALL.into_iter().find(|role| role.suffix() == suffix));
        let role = take(object, "role")?.or(told).unwrap_or_default();
        let (order, repetition) = (need(object, "order")?, need(object, "repetition")?);
        let (at, also_at) = (take(object, "at")?, take(object, "also_at")?);
        Ok(Self { order, model, role, repetition, at, also_at })
    }

    fn json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.write(&mut map)?;
        map.end()
    }

    fn of_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::take_from(&mut object(deserializer)?)
    }
}

two_forms!(PlannedTrial);

/// The trials of an experiment in the order in which they are run.
///
/// Order is random over *all* trials but one repetition at a time (a randomised block design): drift of the machine falls on
/// every model and every point of a sweep alike, and what has been measured when a run is cancelled is still comparable. The same
/// seed gives the same order. Traced trials come last, when they disturb nothing.
#[must_use]
pub fn plan(experiment: &Experiment) -> Vec<PlannedTrial> {
    let mut random = fastrand::Rng::with_seed(experiment.seed());
    let mut trials = Vec::new();
    for repetition in 0..experiment.repetitions() {
        let mut block = block(experiment, repetition);
        random.shuffle(&mut block);
        trials.append(&mut block);
    }
    trials.extend(traced(experiment));
    number(&mut trials);
    trials
}

/// Trials of one repetition: every model and the control, at every point.
#[must_use]
pub fn block_size(experiment: &Experiment) -> u64 {
    let labels = experiment.models.len() as u64 + 1;
    experiment.sweeps().fold(labels, |size, sweep| size.saturating_mul(sweep.values.len() as u64))
}

/// How long the measured parts of an experiment's trials last at least, all together, milliseconds: it takes longer, by what is
/// before and after them. `None` if that is not said: trials are measured by work, or it may end before.
#[must_use]
pub fn least_ms(experiment: &Experiment) -> Option<u64> {
    if !experiment.chooses(MEASURE, "time") || experiment.ends_when_sure() {
        return None;
    }
    let length = |(at, also)| experiment.at(at, also).value(MEASURE_MS).and_then(Value::integer);
    let of_one_label: Option<u64> = experiment.points().into_iter().map(length).sum();
    (experiment.models.len() as u64 + 1).checked_mul(experiment.repetitions())?.checked_mul(of_one_label?)
}

/// How many trials an experiment has, without laying them out; `None` if no number can say it.
#[must_use]
pub fn plan_size(experiment: &Experiment) -> Option<u64> {
    let traced = if experiment.has_traced_trials() { experiment.models.len() as u64 } else { 0 };
    block_size(experiment).checked_mul(experiment.repetitions())?.checked_add(traced)
}

/// What is left of a plan whose repetitions end here, after this many of its trials: the traced ones.
#[must_use]
pub fn cut(plan: &[PlannedTrial], done: usize) -> Vec<PlannedTrial> {
    let kept = |(index, trial): &(usize, &PlannedTrial)| *index < done || !trial.is_measured();
    let mut trials: Vec<PlannedTrial> = plan.iter().enumerate().filter(kept).map(|(_, trial)| trial.clone()).collect();
    number(&mut trials);
    trials
}

fn block(experiment: &Experiment, repetition: u64) -> Vec<PlannedTrial> {
    let mut block = Vec::new();
    for (at, also_at) in experiment.points() {
        let mut one =
            |model: &str, role| block.push(PlannedTrial { order: 0, model: model.to_owned(), role, repetition, at, also_at });
        experiment.models.iter().for_each(|model| one(model, Role::Plain));
        experiment.control().into_iter().for_each(|model| one(model, Role::Control));
    }
    block
}

/// One of each model, at the greatest values of a sweep.
fn traced(experiment: &Experiment) -> Vec<PlannedTrial> {
    if !experiment.has_traced_trials() {
        return Vec::new();
    }
    let (at, also_at) = experiment.points().last().copied().unwrap_or_default();
    let one = |model: &String| PlannedTrial { order: 0, model: model.clone(), role: Role::Traced, repetition: 0, at, also_at };
    experiment.models.iter().map(one).collect()
}

fn number(trials: &mut [PlannedTrial]) {
    for (order, trial) in (0..).zip(trials) {
        trial.order = order;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn experiment(seed: u64) -> Experiment {
        let models = vec!["threads".into(), "tokio".into(), "actix".into()];
        let experiment = Experiment { workload: "spawn".into(), models, ..Experiment::default() };
        experiment.with("workers", 2).with("repetitions", 5).with("seed", seed)
    }

    #[test]
    fn every_label_runs_once_in_each_repetition() {
        let trials = plan(&experiment(42));
        assert_eq!(trials.len(), 20);
        for block in trials.chunks(4) {
            let mut labels: Vec<String> = block.iter().map(PlannedTrial::label).collect();
            labels.sort_unstable();
            assert_eq!(labels, ["actix", "threads", "tokio", "tokio-again"]);
        }
    }

    #[test]
    fn the_seed_decides_the_order() {
        assert_eq!(plan(&experiment(42)), plan(&experiment(42)));
        assert_ne!(plan(&experiment(42)), plan(&experiment(43)));
    }

    #[test]
    fn a_sweep_runs_every_label_at_every_value_in_each_repetition() {
        let sweep = crate::Sweep { parameter: "units".into(), values: vec![1, 10, 100] };
        let swept = Experiment { sweep: Some(sweep), ..experiment(42) };
        let trials = plan(&swept);
        assert_eq!((trials.len(), block_size(&swept)), (60, 12));
        for block in trials.chunks(12) {
            let mut seen: Vec<(String, Option<u64>)> = block.iter().map(|trial| (trial.label(), trial.at)).collect();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), 12, "{block:?}");
        }
    }

    #[test]
    fn two_parameters_are_swept_over_every_pair_of_their_values_in_each_repetition() {
        let sweep = |parameter: &str, values: &[u64]| Some(crate::Sweep { parameter: parameter.into(), values: values.to_vec() });
        let (units, bytes) = (sweep("units", &[1, 10, 100]), sweep("payload_bytes", &[64, 1024]));
        let swept = Experiment { sweep: units, sweep2: bytes, ..experiment(42) }.with("lanes", "on");
        let trials = plan(&swept);
        assert_eq!((trials.len() as u64, block_size(&swept)), (plan_size(&swept).unwrap(), 24));
        for block in trials[..120].chunks(24) {
            let mut seen: Vec<_> = block.iter().map(|trial| (trial.label(), trial.at, trial.also_at)).collect();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), 24, "{block:?}");
        }
        assert!(trials[120..].iter().all(|traced| (traced.at, traced.also_at) == (Some(100), Some(1024))), "{trials:?}");
        let one = swept.at(Some(10), Some(64));
        let value = |name: &str| one.value(name).and_then(Value::integer);
        assert_eq!((value("units"), value("payload_bytes"), one.sweeps().count()), (Some(10), Some(64), 0));
    }

    #[test]
    fn an_experiment_takes_at_least_as_long_as_its_measured_parts() {
        let timed = experiment(42).with("measure", "time").with("measure_ms", 250);
        assert_eq!(least_ms(&timed), Some(20 * 250));
        let sweep = |parameter: &str, values: &[u64]| Some(crate::Sweep { parameter: parameter.into(), values: values.to_vec() });
        let swept = Experiment { sweep: sweep("units", &[1, 10]), sweep2: sweep("measure_ms", &[100, 200]), ..timed.clone() };
        assert_eq!(least_ms(&swept), Some(20 * 2 * (100 + 200)));
        assert_eq!([timed.clone().with("measure", "work"), timed.with("until", "sure")].map(|other| least_ms(&other)), [None; 2]);
    }

    #[test]
    fn traced_trials_come_last_one_a_model_and_stay_when_the_rest_is_cut() {
        let traced = experiment(42).with("lanes", "on");
        let trials = plan(&traced);
        assert_eq!((trials.len(), plan_size(&traced)), (23, Some(23)));
        let labels = |trials: &[PlannedTrial]| trials.iter().map(PlannedTrial::label).collect::<Vec<_>>();
        assert_eq!(labels(&trials[20..]), ["threads-traced", "tokio-traced", "actix-traced"]);
        let cut = cut(&trials, 12);
        assert_eq!(labels(&cut[12..]), labels(&trials[20..]));
        assert!(cut.iter().zip(0..).all(|(trial, order)| trial.order == order), "{cut:?}");
        assert_eq!(cut[..12], trials[..12]);
    }
}
