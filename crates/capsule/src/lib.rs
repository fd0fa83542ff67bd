//! Results in few characters: what a link carries, what a history and a store keep, what a file holds.
//!
//! A **capsule** holds one result or several: the first is the one that was shared, a second is what somebody else measured of
//! it, more are re-runs that a link has gathered. It opens with no server, in every later version: docs/links.md says how its
//! bytes are to be read, and `tests/fixtures` holds some that are never made again.
//!
//! Reading order: [`pack`] and [`open`]; what is said of a run on the wire (`wire`), how that is made small (`squeezed`); what a
//! link leaves out so that it stays short (`shown`); what is left out so that it names nobody (`private`); [`read`](mod@read) for
//! whatever somebody has dropped on the page.
//!
//! Nothing here touches a file, a socket or a clock. Bytes come from strangers: whatever they are, [`open`] takes no more than
//! 64 MiB and no longer than a second, and what it gives keeps what the rest of the program relies on.

mod bundle;
mod checked;
mod ladder;
mod logged;
mod private;
#[cfg(feature = "json")]
pub mod read;
mod shown;
mod squeezed;
mod text;
mod wire;

use std::fmt;

use protocol::{Run, View};

pub use crate::bundle::{Filed, bundle, bundled, filed, with_lanes};
pub use crate::logged::log;
pub use crate::private::{shared, shared_without};
pub use crate::text::{bytes_of, text_of};
use crate::wire::{Envelope, Reading};

/// What a link carries and a file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Capsule {
    /// The first is what was shared, a second what was measured besides, more are re-runs. Never empty when opened.
    pub results: Vec<Carried>,
    /// How it is looked at.
    pub view: View,
}

/// A result in a capsule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Carried {
    /// What was run, and what came out: over, and in its [`shared`] form.
    pub run: Run,
    /// What a person calls it; empty if nobody has named it.
    pub name: String,
    /// What the capsule does without, so that it is shorter.
    pub left_out: Vec<Part>,
}

impl From<Run> for Carried {
    fn from(run: Run) -> Self {
        Self { run, ..Self::default() }
    }
}

/// What a shorter capsule does without, in the order in which it is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// What only a single trial shows. No link has it.
    Trials,
    /// Figures that have no column in the table, and are not looked at. No link has them.
    OtherFigures,
    /// What the machine's clock and scheduler cost, and what it allows.
    Calibration,
    /// How the machine's kernel is set.
    Settings,
    /// What the lanes show at a glance.
    Lanes,
    /// Half of the points of the latency curves.
    FinerCurves,
    /// Columns that are neither the headline, nor the tail, nor memory.
    Columns,
    /// The latency curves.
    Curves,
    /// Tail and memory: all but the headline and what is looked at.
    Answers,
    /// Of each value what is behind its third figure.
    Precision,
}

impl Part {
    /// All of them, in that order.
    pub const ALL: [Self; 10] = [
        Self::Trials,
        Self::OtherFigures,
        Self::Calibration,
        Self::Settings,
        Self::Lanes,
        Self::FinerCurves,
        Self::Columns,
        Self::Curves,
        Self::Answers,
        Self::Precision,
    ];

    /// What is missing, in words that follow "without": "the latency curves".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Trials => "what single trials show",
            Self::OtherFigures => "figures that have no column",
            Self::Calibration => "the machine's calibration and limits",
            Self::Settings => "the settings of its kernel",
            Self::Lanes => "the overview of the lanes",
            Self::FinerCurves => "half of the points of the latency curves",
            Self::Columns => "the other columns of the table",
            Self::Curves => "the latency curves",
            Self::Answers => "tail and memory",
            Self::Precision => "what is behind the third figure of a value",
        }
    }

    /// Its number in a capsule; never given to another.
    fn number(self) -> u8 {
        match self {
            Self::Trials => 0,
            Self::OtherFigures => 1,
            Self::Calibration => 2,
            Self::Settings => 3,
            Self::FinerCurves => 4,
            Self::Columns => 5,
            Self::Curves => 6,
            Self::Answers => 7,
            Self::Precision => 8,
            Self::Lanes => 9,
        }
    }

    fn of_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.number() == number)
    }
}

/// How much of a result is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// All of it, exactly: a file, the history, the store.
    Whole,
    /// What is shown of it: a link.
    Shown {
        /// How many characters its [text](text_of) may have. More are there only if it cannot be shorter.
        most_chars: usize,
    },
}

/// A capsule as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// What [`open`] opens.
    pub bytes: Vec<u8>,
    /// What it does without, of any of its results; nothing if all are whole.
    pub left_out: Vec<Part>,
}

/// Why something cannot be opened: one sentence, without its full stop and its subject: "it is damaged: …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(String);

impl Refused {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

/// More results than a link gathers or a person puts in a file.
pub const MOST_RESULTS: usize = 100;

/// What an opened capsule may take, besides the bytes that it is opened from and the messages that these inflate to: an
/// experiment of 2,500 trials takes less.
const MOST_MEMORY: usize = 44 * 1024 * 1024;

/// The bytes of a capsule, its results in their [shared](fn@shared) form.
#[must_use]
pub fn pack(capsule: &Capsule, detail: Detail) -> Packed {
    let shared = of_shared(capsule);
    match detail {
        Detail::Shown { most_chars } => shown::packed(&shared, most_chars),
        Detail::Whole => {
            let mut left_out: Vec<Part> = shared.results.iter().flat_map(|carried| carried.left_out.iter().copied()).collect();
            left_out.sort_unstable();
            left_out.dedup();
            Packed { bytes: squeezed::squeezed(&wire::written(&mut Envelope::of(&shared)), &[]), left_out }
        }
    }
}

fn of_shared(capsule: &Capsule) -> Capsule {
    let of = |carried: &Carried| Carried { run: shared(&carried.run), ..carried.clone() };
    Capsule { results: capsule.results.iter().map(of).collect(), view: capsule.view.clone() }
}

/// The capsule of these bytes.
///
/// # Errors
/// If they are none, are damaged, are of a newer version, or hold what no result has.
pub fn open(bytes: &[u8]) -> Result<Capsule, Refused> {
    open_within(bytes, &mut Reading::new(MOST_MEMORY))
}

/// The same, with what other capsules have left of what may be taken.
fn open_within(bytes: &[u8], reading: &mut Reading) -> Result<Capsule, Refused> {
    let (messages, bits) = squeezed::inflated(bytes)?;
    let envelope: Envelope = wire::read(&messages, reading)?;
    drop(messages);
    let mut capsule = envelope.opened(bits, reading)?;
    checked::check(&mut capsule)?;
    Ok(capsule)
}

/// The bytes that name a result: its [shared](fn@shared) form, whole, not compressed. The same run has the same bytes.
#[must_use]
pub fn content(run: &Run) -> Vec<u8> {
    let carried = Carried::from(shared(run));
    wire::written(&mut Envelope::of(&Capsule { results: vec![carried], view: View::default() }))
}

/// One capsule of several: a result that is in more than one of them stands in it once, where it stood first and as the most
/// detailed of them had it. The view is the first one's.
#[must_use]
pub fn gather(capsules: Vec<Capsule>) -> Capsule {
    let mut gathered = Capsule::default();
    for (index, capsule) in capsules.into_iter().enumerate() {
        if index == 0 {
            gathered.view = capsule.view;
        }
        for carried in capsule.results {
            match gathered.results.iter().position(|other| other.run.id() == carried.run.id()) {
                None if gathered.results.len() < MOST_RESULTS => gathered.results.push(carried),
                None => {}
                Some(place) => {
                    let other = &mut gathered.results[place];
                    let name = if other.name.is_empty() { carried.name.clone() } else { std::mem::take(&mut other.name) };
                    if carried.left_out.len() < other.left_out.len() {
                        *other = carried;
                    }
                    other.name = name;
                }
            }
        }
    }
    gathered
}
