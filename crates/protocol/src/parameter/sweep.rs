//! A sweep as a person types it into a parameter's field: `1..10000 log`, `1..8`, `100..1000 linear 10`, `1; 10; 100`.

use std::collections::BinaryHeap;
use std::fmt;

use super::range::ParameterRange;
use super::{Parameter, ParameterKind, grouped, read};
use crate::experiment::Value;
use crate::problem::Problem;

/// More values than this are a curve that nobody waits for. Two parameters make 400 points at the most.
pub const MOST_VALUES: usize = 20;

/// How a text that means several values is told from one that means one.
#[must_use]
pub fn is_sweep(text: &str) -> bool {
    text.contains("..") || text.contains(';')
}

/// The text that means just these values.
#[must_use]
pub fn text_of(values: &[u64]) -> String {
    let values: Vec<String> = values.iter().map(u64::to_string).collect();
    values.join("; ")
}

/// A range as it is typed, `1..1000 log 6`, in parts: what can be edited part by part, however wrong each of them is meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// The least value.
    pub from: String,
    /// The greatest.
    pub to: String,
    /// Whether each value is a multiple of the one before it; `None` is the parameter's own way.
    pub log: Option<bool>,
    /// How many values; empty leaves it to the range.
    pub count: String,
}

impl Parts {
    /// A range to begin with: from the parameter's least value to this one, or to its greatest. `None` if it takes no numbers.
    #[must_use]
    pub fn up_to(parameter: &Parameter, value: Option<u64>) -> Option<Self> {
        let ParameterKind::Integer { min, max, log, .. } = parameter.kind else { return None };
        let to = value.filter(|value| *value > min).unwrap_or(max);
        // One a decade, so that they are round; three at least.
        let count = if log { (to as f64 / min.max(1) as f64).log10().ceil().clamp(2.0, 6.0) as u64 + 1 } else { 5 };
        Some(Self { from: min.to_string(), to: to.to_string(), log: Some(log), count: count.to_string() })
    }

    /// The parts of a text; `None` if it is no range.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let (from, rest) = text.split_once("..")?;
        let mut parts = Self { from: from.trim().to_owned(), ..Self::default() };
        for (index, word) in rest.split_ascii_whitespace().enumerate() {
            match word {
                "log" | "linear" => parts.log = Some(word == "log"),
                _ if index == 0 => word.clone_into(&mut parts.to),
                _ => word.clone_into(&mut parts.count),
            }
        }
        Some(parts)
    }
}

/// The text of which these are the parts. A space in one of them would end it, and parts nothing but thousands.
impl fmt::Display for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tight = |part: &str| part.split_whitespace().collect::<String>();
        write!(f, "{}..{}", tight(&self.from), tight(&self.to))?;
        if let Some(log) = self.log {
            f.write_str(if log { " log" } else { " linear" })?;
        }
        if self.count.trim().is_empty() { Ok(()) } else { write!(f, " {}", tight(&self.count)) }
    }
}

/// The values that a text means to a parameter: ascending, two or more.
///
/// # Errors
/// If one of them is none that the parameter accepts, or the text is no sweep.
pub fn values(parameter: &Parameter, text: &str) -> Result<Vec<u64>, Problem> {
    let problem = |message: &str| {
        let accepted =
            format!("2 to {MOST_VALUES} values, each {}: 1..1000 log, 1..8 linear 4 or 1; 10; 100", parameter.accepted());
        Problem::new(&parameter.name, text, message, accepted)
    };
    let one = |text: &str| match read(parameter, text) {
        Ok(Value::Integer(number)) => Ok(number),
        Ok(_) => Err(problem("cannot be swept")),
        Err(found) => Err(problem(&format!("has a value that {}", found.message))),
    };
    let mut values = Vec::new();
    match text.split_once("..") {
        None => {
            for piece in text.split(';').filter(|piece| !piece.trim().is_empty()) {
                values.push(one(piece)?);
            }
        }
        Some((from, rest)) => {
            let mut words = rest.split_ascii_whitespace();
            let (min, max) = (one(from)?, one(words.next().unwrap_or_default())?);
            if min >= max {
                return Err(problem("does not ascend"));
            }
            let ParameterKind::Integer { step, log, .. } = parameter.kind else { return Err(problem("cannot be swept")) };
            let (mut spacing, mut count) = (None, None);
            for word in words {
                match (word, word.parse()) {
                    ("log" | "linear", _) if spacing.is_none() => spacing = Some(word == "log"),
                    (_, Ok(number)) if count.is_none() => count = Some(number),
                    ("log" | "linear", _) | (_, Ok(_)) => {
                        return Err(problem(&format!("says \u{201c}{word}\u{201d} besides what it says already")));
                    }
                    _ => return Err(problem(&format!("has the word \u{201c}{word}\u{201d}, which is not understood"))),
                }
            }
            values.extend(between(ParameterRange { min, max, step, log: spacing.unwrap_or(log) }, count));
        }
    }
    // A heap: it is the one sort of the page's first module, and a quicksort would be kilobytes of it.
    let mut values = BinaryHeap::from(values).into_sorted_vec();
    values.dedup();
    match values.len() {
        0 | 1 => Err(problem("has fewer than two values")),
        count if count > MOST_VALUES => Err(problem(&format!("has {} values", grouped(count as u64)))),
        _ => Ok(values),
    }
}

/// This many values from end to end; unless it is said how many, two per decade, or seven, or all if they are fewer.
fn between(range: ParameterRange, count: Option<usize>) -> impl Iterator<Item = u64> {
    let count = count.unwrap_or_else(|| {
        if range.log {
            let decades = (range.max as f64 / range.min.max(1) as f64).log10();
            (2.0 * decades).round().clamp(2.0, 12.0) as usize + 1
        } else {
            usize::try_from((range.max - range.min) / range.step.max(1)).unwrap_or(usize::MAX).min(6) + 1
        }
    });
    // One too many is counted by the caller; a million more need not be made for that.
    let last = count.clamp(2, MOST_VALUES + 1) - 1;
    (0..=last).map(move |index| range.value(index as f64 / last as f64))
}
