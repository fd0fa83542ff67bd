//! Everything that is needed to run it again.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A workload, its parameters, the models, and how often: checked, and complete (no field is left to a default).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Experiment {
    /// The workload's id.
    pub workload: String,
    /// Every parameter of the workload, by name; of one that is swept, its greatest value.
    pub params: BTreeMap<String, Value>,
    /// The models' ids, in the order in which they are shown; no doubles.
    pub models: Vec<String>,
    /// Which of the machine's cores a trial may use.
    #[serde(default)]
    pub cores: Cores,
    /// Where Tokio runs the future that makes the units.
    #[serde(default)]
    pub driver: Driver,
    /// Worker threads for the models that have them (pools, runtimes, arbiters).
    pub workers: u64,
    /// Trials of each model; the A/A control is run as often again.
    pub repetitions: u64,
    /// When it ends.
    #[serde(default)]
    pub until: Until,
    /// Whether each model is run once more, to see which thread did what when.
    #[serde(default)]
    pub lanes: Lanes,
    /// The parameter that is given several values, and which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sweep: Option<Sweep>,
    /// Decides the order of the trials, and whatever in the work is random.
    pub seed: u64,
}

impl Experiment {
    /// A parameter or a method field, by name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<Value> {
        match name {
            "cores" => Some(Value::from(self.cores.word())),
            "driver" => Some(Value::from(self.driver.word())),
            "until" => Some(Value::from(self.until.word())),
            "lanes" => Some(Value::from(self.lanes.word())),
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
pub const METHOD: [&str; 7] = ["cores", "driver", "workers", "repetitions", "until", "lanes", "seed"];

/// A choice of the method: each variant with its word in experiments and links; the first is the default.
macro_rules! switch {
    ($(#[$outer:meta])* $Name:ident { $($(#[$inner:meta])* $Variant:ident = $word:literal),* $(,)? }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $Name { $($(#[$inner])* #[serde(rename = $word)] $Variant),* }

        impl $Name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),*];

            /// The word in experiments and links.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$Variant => $word),* }
            }

            /// The one with this word; the default of any other.
            #[must_use]
            pub fn of_word(word: &str) -> Self {
                Self::ALL.iter().copied().find(|one| one.word() == word).unwrap_or_default()
            }
        }

        impl Default for $Name {
            fn default() -> Self {
                Self::ALL[0]
            }
        }
    };
}

switch! {
    /// Which of the machine's cores a trial may use. To wake a thread on another core can cost tens of times more than on the same one, so
    /// that this can decide what a comparison says.
    Cores {
        /// All that the server may use.
        All = "all",
        /// One of them.
        One = "one",
    }
}

switch! {
    /// Where Tokio runs the future of the cell, which makes the units, lets them go and waits for them.
    Driver {
        /// In a task, on one of the runtime's workers.
        Worker = "worker",
        /// On the thread that called `block_on`, which is none of the workers: whatever it wakes or is woken by crosses threads.
        BlockOn = "block_on",
    }
}

switch! {
    /// When an experiment ends.
    Until {
        /// After all of its repetitions.
        All = "all",
        /// As soon as every pair of models can be told apart; after all of its repetitions at the latest.
        Sure = "sure",
    }
}

switch! {
    /// Whether each model is run once more with tracing, for its lanes alone.
    Lanes {
        /// No.
        Off = "off",
        /// Yes.
        On = "on",
    }
}

/// One parameter over several values: each model is measured at each of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    /// The parameter's name: one of the workload's, or `workers`.
    pub parameter: String,
    /// Its values, ascending, two or more.
    pub values: Vec<u64>,
}

impl Experiment {
    /// The experiment of one of the sweep's values alone; itself where nothing is swept.
    #[must_use]
    pub fn at(&self, value: Option<u64>) -> Self {
        let mut one = Self { sweep: None, ..self.clone() };
        if let (Some(sweep), Some(value)) = (&self.sweep, value) {
            if sweep.parameter == "workers" {
                one.workers = value;
            } else {
                one.params.insert(sweep.parameter.clone(), Value::Integer(value));
            }
        }
        one
    }
}

/// A parameter's value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A whole number.
    Integer(u64),
    /// One of the words of a choice, or a program's steps.
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
