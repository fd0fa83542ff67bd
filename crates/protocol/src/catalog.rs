//! What can be run: the models, the workloads with their parameters and cells, the presets.
//!
//! The engine declares it, the server serves it, the page and the command line draw themselves from it: a new workload, model or
//! parameter needs no edit anywhere else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::experiment::{Experiment, Value};
use crate::link::Line;
use crate::parameter::Parameter;

/// Everything that this server can run, on this machine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Catalog {
    /// The version that a link made from this catalogue carries; it rises when a default changes, see [`Parameter::earlier`].
    pub version: u32,
    /// The execution models, in the order in which they are shown.
    pub models: Vec<Model>,
    /// The workloads, in the order in which they are shown.
    pub workloads: Vec<Workload>,
    /// What every experiment has besides its workload's parameters: `cores`, `workers`, `repetitions`, `seed`, …
    pub method: Vec<Parameter>,
    /// What is measured of every trial, in the order in which it is shown.
    pub quantities: Vec<Quantity>,
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

    /// Every field of the method: those of all experiments, then the models' options, each once.
    pub fn method_fields(&self) -> impl Iterator<Item = &Parameter> {
        let options = self.models.iter().enumerate().flat_map(move |(index, model)| {
            let told =
                move |name: &str| self.models[..index].iter().flat_map(|model| &model.options).any(|option| option.name == name);
            model.options.iter().filter(move |option| !told(&option.name))
        });
        self.method.iter().chain(options)
    }

    /// The part of it that explains a result of this experiment: its workload, the models that took part, the method, the
    /// quantities.
    #[must_use]
    pub fn slice(&self, experiment: &Experiment) -> Self {
        let took_part = |id: &String| experiment.models.contains(id);
        let mut workloads: Vec<Workload> = self.workload(&experiment.workload).cloned().into_iter().collect();
        workloads.iter_mut().for_each(|workload| workload.cells.retain(|cell| took_part(&cell.model)));
        Self {
            version: self.version,
            models: self.models.iter().filter(|model| took_part(&model.id)).cloned().collect(),
            workloads,
            method: self.method.clone(),
            quantities: self.quantities.clone(),
            presets: Vec::new(),
        }
    }
}

/// One execution model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// The name that experiments and links use: `threads`, `tokio`, …
    pub id: String,
    /// The name that people read: "Native threads".
    pub name: String,
    /// The same inside a sentence: "native threads", but "Tokio", which is a name.
    pub within: String,
    /// What a unit is, in a few words: "one OS thread per unit".
    pub summary: String,
    /// The model that this one is a variant of; `None` for a model of its own.
    pub variant_of: Option<String>,
    /// How it is marked wherever it appears.
    pub look: Look,
    /// The fields of the method that are this model's alone: where Tokio drives, how actors are placed.
    pub options: Vec<Parameter>,
    /// The libraries that it is made of, whose versions belong to a result.
    pub libraries: Vec<String>,
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
    Pentagon,
    Wedge,
    Bars,
    Cross,
}

/// One workload: the work that every model is given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
    /// Whether it can be measured by time; otherwise its course is its own, and `measure` is `work`.
    #[serde(default)]
    pub by_time: bool,
    /// What it reports besides the usual.
    pub figures: Vec<Quantity>,
    /// One for each model of the catalogue, in its order.
    pub cells: Vec<Cell>,
}

impl Workload {
    /// The cell of the model with this id.
    #[must_use]
    pub fn cell(&self, model: &str) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.model == model)
    }

    /// Whether its models are compared, by any figure.
    #[must_use]
    pub fn compares(&self) -> bool {
        !self.headline.metric.is_empty()
    }

    /// The parameter with this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// A thing that is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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

/// The words of a verdict: "For {subject} on this 2-core machine, Tokio {verb} 1.3× as many requests per second as native
/// threads."
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headline {
    /// The key of the quantity that is compared: any, the workload's own too. Empty if no figure is: what is told then are the
    /// orders in which lines were printed ([`Workload::compares`]).
    pub metric: String,
    /// The scope, with `{name}` for a parameter's value: "{units} echo connections".
    pub subject: String,
    /// What a model did: "answered".
    pub verb: String,
}

/// The key of the figure of an open loop that says what p99 of the arrivals' lateness is of p99 of the latency.
pub const ARRIVALS_LATE: &str = "arrivals_late_share";

/// A thing that is measured: how it is called, read and judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// Its key among a trial's [figures](crate::Figures): `ops_per_s`, `latency_ns.p50`, `oversleep_p99_ns`.
    pub key: String,
    /// The name that people read; `{operations}` stands for the workload's own word.
    pub label: String,
    /// Its head in the table of figures; empty if it has no column there.
    pub column: String,
    /// How to read the number.
    pub unit: Unit,
    /// Which way is better, if one is.
    pub better: Better,
    /// One sentence.
    pub help: String,
}

/// How a quantity's number is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Unit {
    Nanoseconds,
    Bytes,
    BytesPerSecond,
    /// Operations per second.
    PerSecond,
    Count,
    /// A share of one: 0.25 is 25 %.
    Share,
}

/// Which way of a quantity is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Better {
    Higher,
    Lower,
    #[default]
    Neither,
}

/// One workload on one model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The model's id.
    pub model: String,
    /// Why there is none; `None` if there is one.
    pub absent: Option<String>,
    /// The path of the source that was compiled, from the top of the repository; `None` if there is no cell.
    pub source: Option<String>,
    /// Which of its model's options it obeys, by name.
    pub options: Vec<String>,
    /// The libraries that it is made of besides its model's, whose versions belong to a result too.
    #[serde(default)]
    pub libraries: Vec<String>,
    /// The most units that this machine can run in this cell, if the machine sets a limit: more is refused in the trial.
    pub units_limit: Option<UnitsLimit>,
}

/// What this machine allows, and which of its limits says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitsLimit {
    /// The most units.
    pub units: u64,
    /// "15,000 threads (vm.max_map_count 65530, four mappings per thread)"
    pub because: String,
}

/// A ready-made experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preset {
    /// Its name in the page: the question that it answers.
    pub name: String,
    /// What it is good for.
    pub group: PresetGroup,
    /// What it shows, in a sentence or a few.
    pub note: String,
    /// The workload's id.
    pub workload: String,
    /// The models' ids.
    pub models: Vec<String>,
    /// Where it departs from the defaults: workload parameters and method alike.
    pub set: BTreeMap<String, Value>,
}

/// What a preset is good for; in the order in which they are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresetGroup {
    /// To choose a model.
    #[default]
    Decide,
    /// To see how models work.
    Teach,
    /// To be surprised.
    Odd,
}

impl PresetGroup {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Decide, Self::Teach, Self::Odd];

    /// Its heading.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Decide => "Decide",
            Self::Teach => "Teach",
            Self::Odd => "Odd",
        }
    }
}

/// A source text, and what each part of it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The model whose code this is; `None` is the workload's contract, which all keep.
    pub model: Option<String>,
    /// From the top of the repository.
    pub path: String,
    /// The whole text, in pieces: joined, they are the file that was compiled.
    pub pieces: Vec<Piece>,
}

impl Source {
    /// The whole text.
    #[must_use]
    pub fn text(&self) -> String {
        self.pieces.iter().map(|Piece(_, text)| text.as_str()).collect()
    }
}

/// Whose code is shown side by side, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeView {
    /// The id of the model on the left.
    pub left: String,
    /// The id of the model on the right; `None` if one is all.
    pub right: Option<String>,
    /// How.
    pub show: Show,
    /// The line that is marked.
    pub line: Option<Line>,
}

/// How code is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Show {
    /// What differs from model to model: its regions. A file that marks no regions is shown whole.
    #[default]
    Regions,
    /// Two files, aligned by what they have in common.
    Diff,
    /// Two files, each from end to end.
    Whole,
}

/// The names of regions, and what each is in a few words, in the order in which they are shown. A region is what differs from
/// model to model: in a cell it stands between the lines `// region: NAME` and `// endregion`.
pub const REGIONS: [(&str, &str); 5] = [
    ("make", "how units are made"),
    ("work", "what a unit does"),
    ("wait", "how a unit waits"),
    ("answer", "what is done with what comes in"),
    ("join", "how units and their results come back"),
];

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
