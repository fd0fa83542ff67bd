//! What is kept of a result, what a list says of it, and what is looked for.

use std::fmt;
use std::str::FromStr;

/// A result that is to be kept.
#[derive(Clone, Debug)]
pub struct NewResult {
    /// Derived from its content: the same result has the same one.
    pub id: String,
    /// The run that it is of.
    pub run: String,
    /// What was run.
    pub workload: String,
    /// The models that are compared, as the chart labels them.
    pub models: Vec<String>,
    /// The machine, in words.
    pub machine: String,
    /// What came out, in a sentence.
    pub sentence: String,
    /// When the run was asked for.
    pub submitted_ms: u64,
    /// When it is kept.
    pub saved_ms: u64,
    /// From when on it is no longer there; never if `None`.
    pub expires_ms: Option<u64>,
    /// Whether everyone may find it.
    pub published: bool,
    /// What the delete token hashes to; the token itself is the owner's alone.
    pub token_hash: [u8; 32],
    /// The result itself.
    pub capsule: Vec<u8>,
    /// Its lanes, a bundle, if it has any.
    pub lanes: Option<Vec<u8>>,
}

/// A result that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredResult {
    /// What a list says of it.
    pub line: ResultLine,
    /// The result itself.
    pub capsule: Vec<u8>,
    /// Whether its lanes are kept too.
    pub has_lanes: bool,
}

/// What a list says of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultLine {
    /// Where it stands in every list: the page after it begins here.
    pub cursor: Cursor,
    /// Derived from its content.
    pub id: String,
    /// The run that it is of.
    pub run: String,
    /// What was run.
    pub workload: String,
    /// The models that are compared.
    pub models: Vec<String>,
    /// The machine, in words.
    pub machine: String,
    /// What came out, in a sentence.
    pub sentence: String,
    /// When the run was asked for.
    pub submitted_ms: u64,
    /// Since when it is kept.
    pub saved_ms: u64,
    /// From when on it is no longer there.
    pub expires_ms: Option<u64>,
    /// Whether everyone may find it.
    pub published: bool,
}

/// What is looked for; nothing said is everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// Of this workload.
    pub workload: Option<String>,
    /// With this model among its models.
    pub model: Option<String>,
    /// Of this machine.
    pub machine: Option<String>,
    /// Only what everyone may find.
    pub only_published: bool,
}

/// A place in a list of results, newest first. It stays where it is, whatever is kept or deleted meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor(pub(super) i64);

/// As an address carries it.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Cursor {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// What came of keeping a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is on the disk.
    New,
    /// It was there, and is as it was: its token, its place in the list, whether it is published.
    There,
}

/// What came of deleting a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// It is gone.
    Done,
    /// There is none with this id.
    Unknown,
    /// The token is another's.
    Refused,
}
