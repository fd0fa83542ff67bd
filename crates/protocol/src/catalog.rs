//! What can be run: the models, the workloads with their parameters and cells, the presets.
//!
//! The engine declares it, the server serves it, the page and the command line draw themselves from it: a new workload, model or
//! parameter needs no edit anywhere else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::experiment::Value;

/// Everything that this server can run, on this machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Catalog {
    /// The version that a link made from this catalogue carries; it rises when a default changes, see [`Parameter::earlier`].
    pub version: u32,
    /// The execution models, in the order in which they are shown.
    pub models: Vec<Model>,
    /// The workloads, in the order in which they are shown.
    pub workloads: Vec<Workload>,
    /// What every experiment has besides its workload's parameters: `cores`, `workers`, `repetitions`, `seed`.
    pub method: Vec<Parameter>,
    /// Ready-made experiments to start from.
    pub presets: Vec<Preset>,
}

impl Catalog {
    /// The workload with this id.
    #[must_use]
    pub fn workload(&self, id: &str) -> Option<&Workload> {
        self.workloads.iter().find(|workload| workload.id == id)
    }

    /// The model with this id.
    #[must_use]
    pub fn model(&self, id: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.id == id)
    }
}

/// One execution model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// The name that experiments and links use: `threads`, `tokio`, …
    pub id: String,
    /// The name that people read: "Native threads".
    pub name: String,
    /// What a unit is, in a few words: "one OS thread a unit".
    pub summary: String,
    /// The model that this one is a variant of; `None` for a model of its own.
    pub variant_of: Option<String>,
    /// How it is marked wherever it appears.
    pub look: Look,
}

/// A model's mark: a shape and a colour, the same in every toggle, strip, chart, table and listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// The outline of the mark.
    pub shape: Shape,
    /// Whether a notch is cut out of the shape: a variant of the model that has it whole. (Hollow means the A/A control.)
    pub notched: bool,
    /// `#rrggbb` on the light ground.
    pub light: String,
    /// `#rrggbb` on the dark ground.
    pub dark: String,
}

impl Look {
    /// The outline in a square from -6 to 6, as the path of an SVG.
    #[must_use]
    pub fn outline(&self) -> &'static str {
        match (self.shape, self.notched) {
            (Shape::Circle, false) => "M-4.6 0A4.6 4.6 0 1 0 4.6 0A4.6 4.6 0 1 0-4.6 0Z",
            (Shape::Circle, true) => "M2.4-4A4.7 4.7 0 1 1-2.4-4L0 .2Z",
            (Shape::Square, false) => "M-4.2-4.2H4.2V4.2H-4.2Z",
            (Shape::Square, true) => "M-4.4-4.4H-2.6L0 0L2.6-4.4H4.4V4.4H-4.4Z",
            (Shape::Triangle, false) => "M0-4.7L5 4H-5Z",
            (Shape::Triangle, true) => "M0-4.7L5.2 4.2H2.7L0 .2L-2.7 4.2H-5.2Z",
            (Shape::Diamond, false) => "M0-5.4L5.4 0L0 5.4L-5.4 0Z",
            (Shape::Diamond, true) => "M-2.6-2.8L0 .2L2.6-2.8L5.4 0L0 5.4L-5.4 0Z",
            (Shape::Hexagon, false) => "M-2.6-4.5H2.6L5.2 0L2.6 4.5H-2.6L-5.2 0Z",
            (Shape::Hexagon, true) => "M-2.6-4.5L0 0L2.6-4.5L5.2 0L2.6 4.5H-2.6L-5.2 0Z",
        }
    }
}

/// The outline of a model's mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Shape {
    Circle,
    Square,
    Triangle,
    Diamond,
    Hexagon,
}

/// One workload: the work that every model is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    /// The name that experiments and links use: `tcp-echo`.
    pub id: String,
    /// The name that people read: "TCP echo".
    pub name: String,
    /// One line under the name.
    pub summary: String,
    /// What is done, what is timed, what the numbers do and do not say; a few sentences of plain text.
    pub help: String,
    /// What one unit is here: connection, chain, actor.
    pub unit: Noun,
    /// What is counted and timed: request, hash chain, round trip.
    pub operation: Noun,
    /// What the latency of an operation is here: "from sending to the answer's last byte".
    pub latency: String,
    /// What a person must know to read these numbers, one phrase each: "loopback", "closed loop".
    pub scope: Vec<String>,
    /// What the verdict is about, and its words.
    pub headline: Headline,
    /// The workload's own parameters; the first is `units`.
    pub parameters: Vec<Parameter>,
    /// What it reports besides the usual, by the key in [`crate::Trial::extra`].
    pub figures: Vec<Figure>,
    /// One for each model of the catalogue, in its order.
    pub cells: Vec<Cell>,
}

impl Workload {
    /// The cell of the model with this id.
    #[must_use]
    pub fn cell(&self, model: &str) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.model == model)
    }

    /// The parameter with this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// A thing that is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noun {
    /// "request"
    pub one: String,
    /// "requests"
    pub many: String,
}

impl Noun {
    /// The form that goes with this count.
    #[must_use]
    pub fn of(&self, count: u64) -> &str {
        if count == 1 { &self.one } else { &self.many }
    }
}

/// What the verdict of a workload compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Operations a second: more is faster.
    OpsPerS,
    /// Peak memory, resident and the kernel's, in bytes: a wait may claim concurrency and memory, never speed.
    MemoryBytes,
}

impl Metric {
    /// The name in a report.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::OpsPerS => "ops_per_s",
            Self::MemoryBytes => "memory_bytes",
        }
    }
}

/// The words of a verdict: "For {subject} on this 2-core machine, Tokio {verb} 1.3× as many requests a second as native threads."
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headline {
    /// What is compared.
    pub metric: Metric,
    /// The scope, with `{name}` for a parameter's value: "{units} echo connections".
    pub subject: String,
    /// What a model did: "answered".
    pub verb: String,
}

/// One value that a person may set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    #[serde(flatten)]
    pub kind: ParameterKind,
    /// Defaults of earlier links: `(v, value)` means that links up to and including version `v` meant `value`. Ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<(u32, Value)>,
}

/// What a parameter accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ParameterKind {
    /// A whole number `min ..= max`, a multiple of `step`.
    Integer {
        /// Least accepted.
        min: u64,
        /// Greatest accepted, by any model; what one model can do on this machine is in [`Cell::units_limit`].
        max: u64,
        /// 1, or what the value must be a multiple of.
        step: u64,
        /// Where it is not given.
        default: u64,
        /// Whether a slider for it is logarithmic.
        log: bool,
    },
    /// One of a few words.
    Choice {
        /// The words, each with what it means.
        options: Vec<Choice>,
        /// Where it is not given.
        default: String,
    },
    /// A few steps in a row, as a text: "compute 20, wait 1, send", see [`crate::steps`].
    Steps {
        /// What a step can be: a parameter for each, whose name is the step's word and whose value is the number that follows it. A
        /// choice of nothing is a word that stands alone.
        words: Vec<Parameter>,
        /// The greatest number of steps; the least is 1.
        most: u64,
        /// Where it is not given.
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

    /// What would be accepted, as a phrase: "a whole number from 1 to 9,900", "one of std, tokio", "1 to 12 steps, each one of send, wait N ms".
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
            ParameterKind::Steps { words, most, .. } => {
                let words: Vec<String> = words.iter().map(Parameter::as_step).collect();
                format!("1 to {most} steps, each one of {}", words.join(", "))
            }
        }
    }

    /// As the word of a step, and what may follow it: "compute N µs (1 to 100,000)".
    #[must_use]
    pub fn as_step(&self) -> String {
        match &self.kind {
            ParameterKind::Integer { min, max, .. } => {
                format!("{} N {} ({} to {})", self.name, self.unit, grouped(*min), grouped(*max))
            }
            _ => self.name.clone(),
        }
    }
}

/// A figure that only some workloads report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// The key in [`crate::Trial::extra`]: `oversleep_p99_ns`.
    pub key: String,
    /// The name that people read.
    pub label: String,
    /// How to read the number.
    pub unit: FigureUnit,
    /// One sentence.
    pub help: String,
}

/// How a figure's number is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum FigureUnit {
    Nanoseconds,
    Bytes,
    BytesPerSecond,
    Count,
    /// A share of one: 0.25 is 25 %.
    Share,
}

/// One workload on one model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The model's id.
    pub model: String,
    /// Why there is none; `None` where there is one.
    pub absent: Option<String>,
    /// The path of the source that was compiled, from the top of the repository; `None` where there is no cell.
    pub source: Option<String>,
    /// The most units that this machine can run in this cell, where the machine sets a limit: more is refused in the trial.
    pub units_limit: Option<UnitsLimit>,
}

/// What this machine allows, and which of its limits says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitsLimit {
    /// The most units.
    pub units: u64,
    /// "15,000 threads (vm.max_map_count 65530, four mappings a thread)"
    pub because: String,
}

/// A ready-made experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preset {
    /// Its name in the page.
    pub name: String,
    /// What it shows, in a sentence or a few.
    pub note: String,
    /// The workload's id.
    pub workload: String,
    /// The models' ids.
    pub models: Vec<String>,
    /// Where it departs from the defaults: workload parameters and method alike.
    pub set: BTreeMap<String, Value>,
    /// Listings to show beside the note.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listings: Vec<Source>,
}

/// A source text, and what each part of it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The model whose code this is.
    pub model: String,
    /// From the top of the repository.
    pub path: String,
    /// The whole text, in pieces: joined, they are the file that was compiled.
    pub pieces: Vec<Piece>,
}

/// A piece of source text, for colouring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece(
    /// What it is.
    pub PieceKind,
    /// The text itself.
    pub String,
);

/// What a piece of Rust is. One letter each in JSON: a listing has a thousand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum PieceKind {
    #[serde(rename = "p")]
    Plain,
    #[serde(rename = "c")]
    Comment,
    #[serde(rename = "k")]
    Keyword,
    /// A name that begins with a capital.
    #[serde(rename = "t")]
    Type,
    /// A name that is called.
    #[serde(rename = "f")]
    Function,
    /// A number, a string, a character.
    #[serde(rename = "l")]
    Literal,
    #[serde(rename = "m")]
    Macro,
    #[serde(rename = "a")]
    Attribute,
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
