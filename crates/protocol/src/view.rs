//! How a result is looked at: what a link says of it beside the experiment, and what its pictures are drawn by.

use serde::{Deserialize, Serialize};

/// What is looked at in a result, and from where. The default is what the result itself suggests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The quantity that chart and verdict are about, by its key; `None` means the workload's headline.
    pub quantity: Option<String>,
    /// The model that the others are compared with, by its id; `None` means the one with least of the quantity.
    pub base: Option<String>,
    /// Quantities whose charts stand beside that of [`Self::quantity`], by their keys, in this order.
    pub pinned: Vec<String>,
    /// How latency is drawn.
    pub latency: LatencyForm,
    /// The order of the table of figures; `None` means that of the form.
    pub sort: Option<Sort>,
    /// How its lanes are looked at, while they are open: what the page's own module for them writes, and reads.
    pub lanes: Option<String>,
}

impl View {
    /// The longest text of [`Self::lanes`].
    pub const LONGEST_LANES: usize = 200;

    /// Whether such a text can say how lanes are looked at; what it says is the module's to read.
    #[must_use]
    pub fn can_be_lanes(text: &str) -> bool {
        text.len() <= Self::LONGEST_LANES && text.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

/// How latency is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LatencyForm {
    /// The whole percentile curve.
    #[default]
    Percentiles,
    /// How many operations took how long.
    Histogram,
    /// The share of operations that took at most so long.
    Distribution,
}

impl LatencyForm {
    /// Every form, the default first.
    pub const ALL: [Self; 3] = [Self::Percentiles, Self::Histogram, Self::Distribution];

    /// The word in a link, and that a person reads.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Percentiles => "percentiles",
            Self::Histogram => "histogram",
            Self::Distribution => "distribution",
        }
    }
}

/// By which column a table is sorted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// The quantity's key.
    pub key: String,
    /// Whether the greatest stands first.
    pub descending: bool,
}
