//! Everything that is needed to run it again.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A workload, its parameters, the models, and how often: checked, and complete (no field is left to a default).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Experiment {
    /// The workload's id.
    pub workload: String,
    /// Every parameter of the workload, by name.
    pub params: BTreeMap<String, Value>,
    /// The models' ids, in the order in which they are shown; no doubles.
    pub models: Vec<String>,
    /// Which of the machine's cores a trial may use.
    #[serde(default)]
    pub cores: Cores,
    /// Worker threads for the models that have them (pools, runtimes, arbiters).
    pub workers: u64,
    /// Trials of each model; the A/A control is run as often again.
    pub repetitions: u64,
    /// Decides the order of the trials, and whatever in the work is random.
    pub seed: u64,
}

impl Experiment {
    /// A parameter or a method field, by name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<Value> {
        match name {
            "cores" => Some(Value::from(self.cores.word())),
            "workers" => Some(Value::Integer(self.workers)),
            "repetitions" => Some(Value::Integer(self.repetitions)),
            "seed" => Some(Value::Integer(self.seed)),
            _ => self.params.get(name).cloned(),
        }
    }

    /// How many units of concurrency each trial has.
    #[must_use]
    pub fn units(&self) -> u64 {
        self.params.get("units").and_then(Value::integer).unwrap_or(1)
    }

    /// The model that is run a second time, against itself: `tokio` where it takes part, for it runs every workload at every size;
    /// otherwise the first model.
    #[must_use]
    pub fn control(&self) -> Option<&str> {
        self.models.iter().find(|model| *model == "tokio").or(self.models.first()).map(String::as_str)
    }
}

/// The fields that every experiment has besides its workload's parameters; what each accepts is in the catalogue.
pub const METHOD: [&str; 4] = ["cores", "workers", "repetitions", "seed"];

/// Which of the machine's cores a trial may use. To wake a thread on another core can cost tens of times more than on the same one, so
/// that this can decide what a comparison says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cores {
    /// All that the server may use.
    #[default]
    All,
    /// One of them.
    One,
}

impl Cores {
    /// The word in experiments and links.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::One => "one",
        }
    }
}

/// A parameter's value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A whole number.
    Integer(u64),
    /// One of the words of a choice.
    Text(String),
}

impl Value {
    /// The number, where it is one.
    #[must_use]
    pub fn integer(&self) -> Option<u64> {
        match self {
            Self::Integer(number) => Some(*number),
            Self::Text(_) => None,
        }
    }
}

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
