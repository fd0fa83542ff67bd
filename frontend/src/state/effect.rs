//! What must happen outside the state: the app does it, and tells what came of it by another action.

use protocol::{Draft, Keep};

use super::HistoryEntry;
use crate::keeper::KeeperRequest;
use crate::painter::{ExportForm, Request};

/// What must happen outside.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each is what the app does with it, and its answer is the action of that name")]
pub enum Effect {
    LoadCatalog,
    LoadHere,
    LoadSample,
    /// The sample's whole log: what it is drawn anew from.
    LoadSampleLog,
    LoadSources(String),
    Start(Box<Draft>),
    Cancel(String),
    /// Follow a run's events after this one.
    Follow(String, u64),
    Unfollow,
    /// Load the page again, once: the server has another one.
    Reload,
    /// [`super::ServerMessage::Retry`] in about a second.
    RetryLater,
    /// [`super::Action::Wake`] in so many milliseconds; the timer before, if there is one, is given up.
    Wake(u32),
    /// Ask the painter; the answer is [`super::Action::Painted`].
    Paint(Request),
    /// Ask the keeper; the answers are [`super::Action::Kept`].
    AskKeeper(KeeperRequest),
    /// Save these bytes as a file of this name.
    Save(String, Vec<u8>),
    /// Delete the stored copy of this id, of this run, with this token.
    DeleteStored {
        run: String,
        id: String,
        token: String,
    },
    /// [`super::HistoryAction::ForgetDeleted`] in a few seconds.
    ForgetDeletedLater,
    /// Give this text out as a picture or figures: the name of the file without its ending, and the form.
    GiveOut(String, ExportForm, String),
    /// Write the address bar.
    Address(String, HistoryEntry),
    /// Where links begin.
    LoadLinks,
    /// What the server stores under this id.
    LoadStored(String),
    /// Have the server store a run of its own; the answer is [`super::ServerMessage::KeptResult`].
    StoreRun(Keep),
    /// Have it store this capsule; the answer is the same.
    StoreCapsule(Vec<u8>),
    /// Copy this; the answer is [`super::ShareAction::Copied`].
    CopyLink(String),
    /// Copy this text, of this side of the code.
    CopyText(String, usize),
    /// [`super::PageAction::ForgetCopied`] in a few seconds.
    ForgetCopiedLater,
    Focus(String),
    /// Open the help.
    Help,
    Theme(Option<&'static str>),
}

/// What an action leads to beside the changed state; filled by the parts that take the action.
#[derive(Debug, Default)]
pub(super) struct Reaction {
    pub(super) effects: Vec<Effect>,
    /// How the address bar is written.
    pub(super) history: HistoryEntry,
    /// What a screen reader says; `None` leaves what was said last.
    pub(super) announcement: Option<String>,
}

impl Reaction {
    pub(super) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub(super) fn announce(&mut self, words: impl Into<String>) {
        self.announcement = Some(words.into());
    }
}
