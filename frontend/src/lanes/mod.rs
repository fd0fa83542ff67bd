//! The lanes of a result, opened wide: the page's fourth module, loaded when they are. Its file is run twice.
//!
//! ```text
//! page ── attributes of the element of class `lanes`; "drawn" ──► controls (the page's own thread)    ── "tells" ──► page
//!                                                                    │  Ask                ▲
//!                                                                    ▼               Tell  │
//!                                                                 painter (a worker): lanes, canvas, every figure and sentence
//!
//! opening    what is drawn, as the page says it by attributes
//! controls   what is alive while lanes are open; buttons           painter_handle  their hold on the painter
//! picture    how the picture is asked for, and shown               pointer, keys   what they do
//! looking    what is looked at, and was before                    playing         replay
//! painter    the worker: holds the scene, paints, answers          loading         how lanes come to it
//! canvas     from what `charts` paints to a canvas
//! ```
//!
//! Whatever takes time is in the worker: `charts::lanes` is called there alone, but for the arithmetic of a view.

mod canvas;
pub mod controls;
mod keys;
mod loading;
mod looking;
pub mod opening;
pub mod painter;
mod painter_handle;
mod picture;
mod playing;
mod pointer;

use charts::lanes::{LanesView, Palette, SpotStep};
use serde::{Deserialize, Serialize};

use self::opening::Opening;

/// The file that both are started by. Trunk names it as the binary, without a hash; found from the page's base.
pub const LOADER: &str = "lanes_loader.js";

/// What the painter is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Have these lanes. Once, and first.
    Open(Box<Opening>),
    /// Paint them like this. Answered by [`Tell::Painted`] each time.
    Paint(Box<Painting>),
    /// What is at this point of the picture? Whether it was clicked at.
    Point(f64, f64, bool),
    /// Nothing is pointed at any more.
    Leave,
    /// What does the keyboard reach from there?
    Step(SpotStep),
    /// What does what is seen amount to, in words and figures; as a table too, if that is to be seen.
    Words(bool),
    /// Make a file of them that other viewers open.
    Trace,
    /// The moment of a switch after this one, or before it.
    Switch(i64, bool),
}

/// What is painted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Painting {
    /// What is looked at, and how.
    pub view: LanesView,
    /// How wide, and how high at most, in pixels of the page.
    pub size: (f64, f64),
    /// How many of the screen's pixels each of these has.
    pub ratio: f64,
    /// In which colours.
    pub palette: Palette,
    /// The moment that is replayed.
    pub replay: Option<Replaying>,
}

/// A moment that is replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaying {
    /// Which.
    pub at: i64,
    /// How much recorded time a move from one place to another takes; none if nothing is to move.
    pub moving: i64,
}

/// What it answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Tell {
    /// The heads are here: from when to when there are lanes, and what holds for them, as HTML.
    Opened {
        /// From when to when.
        span: (i64, i64),
        /// HTML.
        notes: String,
        /// Whether they are the kernel's own records; if not, its accounts.
        is_recorded: bool,
    },
    /// So many of a thousand parts of the time are here.
    Loaded(u32),
    /// They cannot be had: why, in a sentence, and whether what is here is all the same looked at.
    Failed(String),
    /// They are painted.
    Painted(Box<Painted>),
    /// What is pointed at.
    Spot(Option<Box<SpotWords>>, By),
    /// What is seen, in words and figures, as HTML.
    Words {
        /// A sentence.
        headline: String,
        /// How long the window is, of how much; plain text.
        window: String,
        /// The range.
        range: String,
        /// The rows, if they were asked for.
        table: Option<String>,
    },
    /// A file that other viewers open.
    Trace(Vec<u8>),
    /// The moment of the switch that was asked for.
    Switch(i64),
    /// What the replay shows.
    Replayed {
        /// When that is.
        moment: String,
        /// In words.
        text: String,
    },
}

/// Where what was painted is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Painted {
    /// How high all of it is.
    pub height: f64,
    /// Where rows are: x, y, width, height.
    pub plot: (f64, f64, f64, f64),
    /// Where the strip of the whole time ends.
    pub strip_end: f64,
    /// How far rows can be scrolled.
    pub most_scroll: u32,
    /// How long it took to paint it, milliseconds.
    pub took_ms: f64,
}

/// What is pointed at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpotWords {
    /// Its card.
    pub html: String,
    /// The same in a line.
    pub text: String,
    /// From when to when.
    pub times: (i64, i64),
    /// The line of code that it belongs to: the model's id, and the number.
    pub line: Option<(String, u32)>,
    /// The model all of whose rows it stands for, by its place.
    pub more: Option<usize>,
    /// Where its row is: y and height.
    pub row: Option<(f64, f64)>,
}

/// How one came to what is pointed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum By {
    Pointer,
    Click,
    Keyboard,
}
