//! Everything that is needed to run it again.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// A workload, its parameters, the models, and how often: checked, and complete (no field is left to a default).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Experiment {
    /// The workload's id.
    pub workload: String,
    /// Every parameter of the workload, by name.
    pub params: BTreeMap<String, Value>,
    /// The models' ids, in the order in which they are shown; no doubles.
    pub models: Vec<String>,
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

/// A parameter's value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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

/// By hand, because serde's own reading of what has no tag keeps the whole value in a second form first: code that the page would carry.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrWord;

        impl Visitor<'_> for NumberOrWord {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number or a word")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
                Ok(Value::Integer(number))
            }

            // A reader that knows no unsigned numbers, as JavaScript's, hands positive ones over as signed.
            fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
                u64::try_from(number).map(Value::Integer).map_err(|_| E::custom("a number below 0"))
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<Value, E> {
                Ok(Value::Text(word.to_owned()))
            }
        }

        deserializer.deserialize_any(NumberOrWord)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_comes_back_as_what_it_was_and_nothing_else_is_one() {
        for value in [Value::Integer(0), Value::Integer(1 << 53), Value::Text("std".into()), Value::Text("7".into())] {
            let json = serde_json::to_string(&value).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), value);
        }
        for json in ["-1", "1.5", "null", "[]", "true"] {
            assert!(serde_json::from_str::<Value>(json).is_err(), "{json}");
        }
    }
}
