//! What is wrong with an input, as a sentence to a person.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that is wrong with an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The field: `units`, `models`, `workload`.
    pub field: String,
    /// What was given, as it was written; empty if nothing was.
    pub value: String,
    /// What is wrong, a phrase that follows the field and the value: "is over the greatest number of units".
    pub message: String,
    /// What would be accepted: "a whole number from 1 to 9,900".
    pub accepted: String,
}

impl Problem {
    /// A problem with what was given for a field.
    pub fn new(
        field: impl Into<String>,
        value: impl Into<String>,
        message: impl Into<String>,
        accepted: impl Into<String>,
    ) -> Self {
        Self { field: field.into(), value: shortened(value.into()), message: message.into(), accepted: accepted.into() }
    }
}

/// `units: 40000000 is too large; accepted: a whole number from 1 to 1,000,000`
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.field)?;
        if !self.value.is_empty() {
            write!(f, "{} ", self.value)?;
        }
        write!(f, "{}; accepted: {}", self.message, self.accepted)
    }
}

/// A pasted megabyte must not come back as a megabyte.
pub(crate) fn shortened(value: String) -> String {
    const LONGEST: usize = 80;
    match value.char_indices().nth(LONGEST) {
        None => value,
        Some((end, _)) => format!("{}…", &value[..end]),
    }
}

/// An error on the wire: an RFC 9457 problem document, `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemDocument {
    /// Which kind of problem: a relative reference such as `/problems/invalid-experiment`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind, in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// This occurrence, in a sentence.
    pub detail: String,
    /// What is wrong with each field; empty if the problem is not about fields.
    #[serde(default)]
    pub errors: Vec<Problem>,
}
