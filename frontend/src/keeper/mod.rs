//! What carries and keeps results: the page's third module, a worker beside it. It alone knows capsules, this browser's database
//! and files; it is loaded when a result is opened from a link or a file, copied or kept, or when the history is opened.
//!
//! ```text
//! page ── KeeperRequest: a log, a text, a file ──► keeper: capsule, database ── KeeperReply ──► page
//!
//! history   what it does: opens, packs, keeps, lists
//! opening   between logs in frames and capsules
//! file      a history as a file
//! shelf     where the history lies: the browser's database ([`database`]), or memory
//! kept      a result of the history: what a person made of it, and what is told of it
//! ```

pub mod database;
mod file;
pub mod history;
pub mod kept;
mod opening;
pub mod shelf;

use protocol::View;
use serde::{Deserialize, Serialize};

/// In what a capsule comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Carrier {
    /// A link, or the text of a capsule.
    Text(String),
    /// A file.
    Bytes(Vec<u8>),
    /// What a server gave for the short link of this id.
    Stored(String, Vec<u8>),
}

/// What a keeper is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum KeeperRequest {
    /// Open what carries results; the answer says the ticket again. What is opened is in the history from then on. A file of a
    /// history is taken in instead.
    Open(u32, Carrier),
    /// Keep a result in the history: its log in frames, and what a person calls it.
    Keep {
        /// Its log, in frames.
        log: Vec<u8>,
        /// What a person calls it; else empty.
        name: String,
    },
    /// Tell what the history holds, and again whenever that changes.
    List(HistorySearch),
    /// Open the run of this id from the history; the answer says the ticket again.
    Load(u32, String),
    /// Call a run by this name.
    Name(String, String),
    /// Keep a run above the others, or no more.
    Pin(String, bool),
    /// Take a run out of the history.
    Delete(String),
    /// Put the run that was taken out last back.
    Undelete,
    /// Keep what deletes a stored result again.
    RememberToken {
        /// The id of its run.
        run: String,
        /// The id that the server stores it under.
        id: String,
        /// What deletes it.
        token: String,
    },
    /// Tell what deletes the stored copy of this id, of this run; the answer is a token.
    TokenOf(String, String),
    /// The stored copy of this id, of this run, is no more.
    ForgetToken(String, String),
    /// Give out the whole history as one file, without the tokens.
    ExportAll,
    /// Take the results of a file into the history.
    Import(Vec<u8>),
    /// Pack results into a capsule.
    Pack {
        /// The answer says it again.
        ticket: u32,
        /// Their logs in frames, A first.
        logs: Vec<Vec<u8>>,
        /// How they are looked at.
        view: View,
        /// How long its text may be; `None` for a file, which leaves nothing out.
        most_chars: Option<usize>,
        /// The address of the lanes of A, which go into a file too; empty if nobody has them.
        lanes: String,
        /// How long a file may be with them; else it goes without.
        most_bytes: usize,
    },
}

/// What it answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum KeeperReply {
    /// What was to be opened, by its ticket; or why it cannot be, in a sentence.
    Opened(u32, Result<OpenedCapsule, String>),
    /// What was to be opened was a history, and is in this one now: what came of that, in a sentence.
    Imported(u32, String),
    /// What was to be packed, by its ticket.
    Packed(u32, PackedText),
    /// What the history holds.
    Listed(HistoryList),
    /// What deletes the stored copy of this id, of this run.
    Token {
        /// The run's id.
        run: String,
        /// The copy's.
        id: String,
        /// What deletes it.
        token: String,
    },
    /// The whole history, as a file.
    Exported(Vec<u8>),
    /// Something that a person should know, in a sentence: the oldest gave way.
    Told(String),
    /// Something else could not be done: why, in a sentence.
    Failed(String),
}

/// What is looked for in the history.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistorySearch {
    /// Words that all have to be in what is told of a result.
    pub words: String,
    /// The runs that are ticked.
    pub ticked: Vec<String>,
}

/// The history, as far as it was looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryList {
    /// What was looked for.
    pub words: String,
    /// The list as HTML, made by `charts`.
    pub rows: String,
    /// How many it shows.
    pub shown: u32,
    /// Of how many.
    pub all: u32,
    /// Those of the ticked runs that are there, with their names.
    pub ticked: Vec<(String, String)>,
    /// What a person should know of where it lies; else empty.
    pub note: String,
}

/// Results that came out of a capsule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OpenedCapsule {
    /// At least one; the first is the one that was shared.
    pub results: Vec<OpenedResult>,
    /// How they were looked at.
    pub view: View,
}

/// One of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OpenedResult {
    /// A log that folds to it, in frames.
    pub log: Vec<u8>,
    /// What a person calls it; else empty.
    pub name: String,
    /// What it does without, in words.
    pub left_out: Vec<String>,
    /// The address of the lanes that came with it, in this browser's memory; else empty.
    pub lanes: String,
}

/// A capsule, packed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PackedText {
    /// For a link.
    pub text: String,
    /// For a file.
    pub bytes: Vec<u8>,
    /// Whether lanes were to go with it, and could not be had, or would have made it too long.
    pub without_lanes: bool,
    /// What it does without, in words.
    pub left_out: Vec<String>,
}
