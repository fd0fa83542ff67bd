//! One value that a person may set: what it accepts, and what a text means to it.
//!
//! Reading order: [`Parameter`] and [`read`] for one value; [`sweep`] for a text that means several; [`steps`] for a text that is
//! a small program; [`range`] for the way from one end of its values to the other.

pub mod range;
pub mod steps;
pub mod sweep;

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use self::sweep::is_sweep;
use crate::experiment::Value;
use crate::json::{need, object, read_tagged, take, two_forms, write_tagged};
use crate::problem::Problem;

/// One value that a person may set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Parameter {
    /// The name in experiments, links and files: `payload_bytes`.
    pub name: String,
    /// The name that people read: "Message".
    pub label: String,
    /// What the number counts: "bytes"; empty for a choice.
    pub unit: String,
    /// One or two sentences.
    pub help: String,
    /// What it accepts, and its default.
    pub kind: ParameterKind,
    /// Defaults of earlier links: `(v, value)` means that links up to and including version `v` meant `value`. Ascending.
    pub earlier: Vec<(u32, Value)>,
    /// Whether it can be given several values: a number of the work, not one that says how trials are made.
    pub can_be_swept: bool,
    /// Whether it says how much work there is: measured by time, it decides nothing.
    pub is_work: bool,
}

/// What a parameter accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    /// A whole number `min ..= max`, a multiple of `step`.
    Integer {
        /// Least accepted.
        min: u64,
        /// Greatest accepted, by any model; what one model can do on this machine is in
        /// [`Cell::units_limit`](crate::catalog::Cell::units_limit).
        max: u64,
        /// 1, or what the value must be a multiple of.
        step: u64,
        /// Unless it is given.
        default: u64,
        /// Whether a slider for it is logarithmic.
        log: bool,
    },
    /// One of a few words.
    Choice {
        /// The words, each with what it means.
        options: Vec<Choice>,
        /// Unless it is given.
        default: String,
    },
    /// A few steps in a row, as a text: "compute 20, wait 1, send", see [`steps`].
    Steps {
        /// What a step can be: a parameter for each, whose name is the step's word and whose value is the number that follows it.
        /// A choice of nothing is a word that stands alone.
        words: Vec<Parameter>,
        /// The words that a block follows, more steps between braces: a number says how often those are done one after the other;
        /// without one they are done all at once.
        #[serde(default)]
        blocks: Vec<Parameter>,
        /// The greatest number of steps that are written, blocks counted; the least is 1.
        most: u64,
        /// Unless it is given.
        default: String,
    },
}

/// One of the words that a choice accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The word in experiments and links.
    pub value: String,
    /// The words that people read.
    pub label: String,
}

impl Parameter {
    /// The default that a link of this version means.
    #[must_use]
    pub fn default_in(&self, version: u32) -> Value {
        self.earlier.iter().find(|(last, _)| version <= *last).map_or_else(|| self.default(), |(_, value)| value.clone())
    }

    /// Today's default.
    #[must_use]
    pub fn default(&self) -> Value {
        match &self.kind {
            ParameterKind::Integer { default, .. } => Value::Integer(*default),
            ParameterKind::Choice { default, .. } | ParameterKind::Steps { default, .. } => Value::Text(default.clone()),
        }
    }

    /// What would be accepted, as a phrase: "a whole number from 1 to 9,900", "one of std, tokio", "1 to 12 steps, each one of
    /// send, wait N ms".
    #[must_use]
    pub fn accepted(&self) -> String {
        match &self.kind {
            ParameterKind::Integer { min, max, step, .. } => {
                let base = format!("a whole number from {} to {}", grouped(*min), grouped(*max));
                if *step == 1 { base } else { format!("{base}, a multiple of {step}") }
            }
            ParameterKind::Choice { options, .. } => {
                let words: Vec<&str> = options.iter().map(|option| option.value.as_str()).collect();
                format!("one of {}", words.join(", "))
            }
            ParameterKind::Steps { words, blocks, most, .. } => {
                let words = words.iter().map(Parameter::as_step);
                let blocks = blocks.iter().map(|block| format!("{} {{ steps }}", block.as_step()));
                format!("1 to {most} steps, each one of {}", words.chain(blocks).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// As the word of a step, and what may follow it: "compute N µs (1 to 100,000)".
    #[must_use]
    pub fn as_step(&self) -> String {
        match &self.kind {
            ParameterKind::Integer { min, max, .. } => {
                let space = if self.unit.is_empty() { "" } else { " " };
                format!("{} N{space}{} ({} to {})", self.name, self.unit, grouped(*min), grouped(*max))
            }
            _ => self.name.clone(),
        }
    }

    fn json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("label", &self.label)?;
        map.serialize_entry("unit", &self.unit)?;
        map.serialize_entry("help", &self.help)?;
        write_tagged(&mut map, "kind", &self.kind)?;
        map.serialize_entry("can_be_swept", &self.can_be_swept)?;
        if self.is_work {
            map.serialize_entry("is_work", &self.is_work)?;
        }
        if !self.earlier.is_empty() {
            map.serialize_entry("earlier", &self.earlier)?;
        }
        map.end()
    }

    fn of_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut object = object(deserializer)?;
        let (name, label) = (need(&mut object, "name")?, need(&mut object, "label")?);
        let (unit, help) = (need(&mut object, "unit")?, need(&mut object, "help")?);
        let earlier = take(&mut object, "earlier")?.unwrap_or_default();
        let can_be_swept = take(&mut object, "can_be_swept")?.unwrap_or_default();
        let is_work = take(&mut object, "is_work")?.unwrap_or_default();
        Ok(Self { name, label, unit, help, earlier, can_be_swept, is_work, kind: read_tagged(object, "kind")? })
    }
}

two_forms!(Parameter);

/// The value that a text means to a parameter.
///
/// # Errors
/// If it means none that the parameter accepts.
pub fn read(parameter: &Parameter, text: &str) -> Result<Value, Problem> {
    let problem = |message: String| Problem::new(&parameter.name, text, message, parameter.accepted());
    match &parameter.kind {
        ParameterKind::Choice { options, .. } => match options.iter().find(|option| option.value == text.trim()) {
            Some(option) => Ok(Value::Text(option.value.clone())),
            None => Err(problem("is not one of the choices".into())),
        },
        ParameterKind::Integer { min, max, step, .. } => {
            // As a person or this page writes a large number: 1,000 or 1_000.
            let typed: String = text.trim().chars().filter(|c| !matches!(c, ',' | '_' | ' ' | '\u{a0}')).collect();
            if typed.is_empty() {
                return Err(problem("is empty".into()));
            }
            let Some(number) = whole(&typed) else {
                let negative = typed.strip_prefix('-').is_some_and(|rest| whole(rest).is_some());
                return Err(problem(if negative { "is too small" } else { "is not a whole number" }.into()));
            };
            if number < *min {
                Err(problem("is too small".into()))
            } else if number > *max {
                Err(problem("is too large".into()))
            } else if !number.is_multiple_of(*step) {
                Err(problem(format!("is not a multiple of {}", grouped(*step))))
            } else {
                Ok(Value::Integer(number))
            }
        }
        ParameterKind::Steps { words, blocks, most, .. } => {
            let vocabulary = steps::Vocabulary { words, blocks, most: *most };
            steps::read(vocabulary, text).map(Value::Text).map_err(problem)
        }
    }
}

/// The whole number that is written so: `1000`, `1e3`, `10k`, `2.5M`. What no `u64` can hold is the greatest of them, which is
/// more than any parameter accepts.
fn whole(text: &str) -> Option<u64> {
    let (number, zeros) = match text.split_once(['e', 'E']) {
        Some((number, zeros)) => (number, zeros.parse::<u32>().ok()?),
        None => match text.as_bytes().last()? {
            b'k' | b'K' => (&text[..text.len() - 1], 3),
            b'M' => (&text[..text.len() - 1], 6),
            _ => (text, 0),
        },
    };
    let (before, behind) = number.split_once('.').unwrap_or((number, ""));
    let behind = behind.trim_end_matches('0');
    let left = zeros.checked_sub(u32::try_from(behind.len()).ok()?)?;
    let digit =
        |number: u64, byte: u8| byte.is_ascii_digit().then(|| number.saturating_mul(10).saturating_add((byte - b'0').into()));
    let digits = before.bytes().chain(behind.bytes()).try_fold(0, digit)?;
    (!before.is_empty()).then(|| digits.saturating_mul(10_u64.saturating_pow(left)))
}

/// What is to stand in a parameter's field for this text, one value or several.
///
/// # Errors
/// If the parameter does not accept it.
pub(crate) fn tidied(parameter: &Parameter, text: &str) -> Result<String, Problem> {
    if parameter.can_be_swept && is_sweep(text) {
        sweep::values(parameter, text).map(|_| text.trim().to_owned())
    } else {
        read(parameter, text).map(|value| value.to_string())
    }
}

/// A whole number with commas between its thousands: 1,000,000.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
