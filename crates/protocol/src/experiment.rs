//! Everything that is needed to run it again.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::Visitor;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::{need, object, take, two_forms, wrong};

/// Values by the name of their parameter.
pub type Values = BTreeMap<String, Value>;

/// A workload, its parameters, the models, and how it is measured: checked, and complete (no field is left to a default).
///
/// In JSON the fields of the method stand beside `workload`, `params` and `models`:
/// `{"workload": …, "workers": 2, "seed": 42, …}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Experiment {
    /// The workload's id.
    pub workload: String,
    /// Every parameter of the workload, by name; of one that is swept, its greatest value.
    pub params: Values,
    /// The models' ids, in the order in which they are shown; no doubles.
    pub models: Vec<String>,
    /// Every field of the method and every option of a model, by name: what each accepts is in the catalogue, what each does is
    /// said at the place that obeys it.
    pub method: Values,
    /// The parameter that is given several values, and which.
    pub sweep: Option<Sweep>,
    /// A second one, beside the first: each model is measured at each value of the one with each value of the other.
    pub sweep2: Option<Sweep>,
}

/// One parameter over several values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    /// The parameter's name: one of the workload's, or of the method's.
    pub parameter: String,
    /// Its values, ascending, two or more.
    pub values: Vec<u64>,
}

impl Experiment {
    /// With this value of a field of the method.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.method.insert(name.to_owned(), value.into());
        self
    }

    /// A parameter or a field of the method, by name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.method.get(name).or_else(|| self.params.get(name))
    }

    /// A number of the method; 0 if it is not there.
    fn number(&self, name: &str) -> u64 {
        self.method.get(name).and_then(Value::integer).unwrap_or(0)
    }

    /// Whether a choice of the method is this word. A field that a result of an earlier version does not have is at its first
    /// word, so ask for the others.
    #[must_use]
    pub fn chooses(&self, name: &str, word: &str) -> bool {
        matches!(self.method.get(name), Some(Value::Text(text)) if text == word)
    }

    /// How many units of concurrency each trial has; 1 if the workload does not say.
    #[must_use]
    pub fn units(&self) -> u64 {
        self.params.get("units").and_then(Value::integer).unwrap_or(1)
    }

    /// Worker threads of the models that have them.
    #[must_use]
    pub fn workers(&self) -> u64 {
        self.number("workers")
    }

    /// Trials of each model; the A/A control is run as often again.
    #[must_use]
    pub fn repetitions(&self) -> u64 {
        self.number("repetitions")
    }

    /// Decides the order of the trials, and everything in the work that is random.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.number("seed")
    }

    /// Whether it ends as soon as every pair of models can be told apart.
    #[must_use]
    pub fn ends_when_sure(&self) -> bool {
        self.chooses("until", "sure")
    }

    /// Whether each model is run once more, traced, for its lanes alone.
    #[must_use]
    pub fn has_traced_trials(&self) -> bool {
        self.chooses("lanes", "on")
    }

    /// Whether a trial is kept to one of the machine's cores.
    #[must_use]
    pub fn keeps_to_one_core(&self) -> bool {
        self.chooses("cores", "one")
    }

    /// The model that is run a second time, against itself: `tokio` if it takes part, for it runs every workload at every size;
    /// otherwise the first model.
    #[must_use]
    pub fn control(&self) -> Option<&str> {
        self.models.iter().find(|model| *model == "tokio").or(self.models.first()).map(String::as_str)
    }

    /// The same without what says how often, until when and in which order it is run: what two trials that do the same work have
    /// in common.
    #[must_use]
    pub fn work(&self) -> Self {
        let mut work = Self { method: Values::new(), ..self.clone() };
        for (name, value) in &self.method {
            if !["repetitions", "until", "lanes", "seed"].contains(&name.as_str()) {
                work.method.insert(name.clone(), value.clone());
            }
        }
        work
    }

    /// What is swept: no parameter, one, or two.
    pub fn sweeps(&self) -> impl Iterator<Item = &Sweep> {
        self.sweep.iter().chain(&self.sweep2)
    }

    /// The points of a sweep: a value of the first parameter and, if two are swept, one of the second, which changes first. One
    /// point without values if nothing is swept.
    #[must_use]
    pub fn points(&self) -> Vec<(Option<u64>, Option<u64>)> {
        let values = |sweep: &Option<Sweep>| match sweep {
            Some(sweep) => sweep.values.iter().copied().map(Some).collect(),
            None => vec![None],
        };
        let mut points = Vec::new();
        for at in values(&self.sweep) {
            points.extend(values(&self.sweep2).into_iter().map(|also| (at, also)));
        }
        points
    }

    /// The experiment of one point of the sweep alone; itself if nothing is swept.
    #[must_use]
    pub fn at(&self, value: Option<u64>, also: Option<u64>) -> Self {
        let mut one = Self { sweep: None, sweep2: None, ..self.clone() };
        for (sweep, value) in [(&self.sweep, value), (&self.sweep2, also)] {
            if let (Some(sweep), Some(value)) = (sweep, value) {
                let of_method = one.method.contains_key(&sweep.parameter);
                let values = if of_method { &mut one.method } else { &mut one.params };
                values.insert(sweep.parameter.clone(), Value::Integer(value));
            }
        }
        one
    }

    fn json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("workload", &self.workload)?;
        map.serialize_entry("params", &self.params)?;
        map.serialize_entry("models", &self.models)?;
        for (name, value) in &self.method {
            map.serialize_entry(name, value)?;
        }
        for (name, sweep) in [("sweep", &self.sweep), ("sweep2", &self.sweep2)] {
            if let Some(sweep) = sweep {
                map.serialize_entry(name, sweep)?;
            }
        }
        map.end()
    }

    fn of_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut object = object(deserializer)?;
        let (workload, models) = (need(&mut object, "workload")?, need(&mut object, "models")?);
        let params = need(&mut object, "params")?;
        let (sweep, sweep2) = (take(&mut object, "sweep")?, take(&mut object, "sweep2")?);
        let method = serde_json::from_value(serde_json::Value::Object(object)).map_err(wrong::<D>)?;
        Ok(Self { workload, params, models, method, sweep, sweep2 })
    }
}

two_forms!(Experiment);

/// A parameter's value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub enum Value {
    /// A whole number.
    Integer(u64),
    /// One of the words of a choice, or a program's steps.
    Text(String),
}

impl Value {
    /// The number, if it is one.
    #[must_use]
    pub fn integer(&self) -> Option<u64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Text(_) => None,
        }
    }

    fn json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Integer(number) => serializer.serialize_u64(*number),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }

    fn of_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl Visitor<'_> for Either {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number or a word")
            }

            fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
                Ok(Value::Integer(number))
            }

            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(Value::Text(text.to_owned()))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

two_forms!(Value);

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Integer(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}
