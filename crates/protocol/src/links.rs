//! Links to what this server keeps: where they begin, who can open them, and what is asked and answered when a result is kept.

use serde::{Deserialize, Serialize};

/// Where links to this server begin: `GET /api/links`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// What stands before a link's path, without a slash at its end: `https://interleave.example`.
    pub base: String,
    /// Who can open such a link.
    pub reach: Reach,
}

/// Who can open a link to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Whoever can reach the address that it was given: `interleave serve --public-url URL`.
    Public,
    /// This machine alone.
    Loopback,
}

/// So many bytes a server takes of a result that is uploaded, its lanes with it: the whole of a run of some hundred trials is a
/// tenth of it.
pub const MOST_UPLOADED: usize = 8 << 20;

/// What is to be kept: the body of `POST /api/results`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keep {
    /// The id of a run of this server that is over.
    pub run: String,
    /// Whether it may be listed, and found by search engines.
    #[serde(default)]
    pub publish: bool,
}

/// What was kept: the answer to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Names it: its page is `/r/{id}`.
    pub id: String,
    /// What deletes it. Told once; `None` of a result that was there already.
    pub delete_token: Option<String>,
    /// Why its lanes were not kept with it, if it has some: a sentence without its full stop.
    pub without_lanes: Option<String>,
}
