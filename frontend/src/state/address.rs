//! The address bar is the link at every moment; back and forward open what it held.

use protocol::{Catalog, link};

use super::effect::Reaction;
use super::{Effect, Notice, Shown, State};

/// The address bar, and what has been read from it.
#[derive(Debug, Default)]
pub(super) struct AddressPart {
    /// Path and query that wait for the catalogue to be read with.
    opening: Option<(String, String)>,
    /// What the address bar holds.
    written: String,
}

impl AddressPart {
    pub(super) fn opened_at(path: String, query: String) -> Self {
        Self { opening: Some((path, query)), written: String::new() }
    }
}

/// How the address bar is written after a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HistoryEntry {
    /// Nobody changed anything: if it differs all the same, over the present entry.
    #[default]
    Keep,
    /// Over the present entry of the history: typing is one entry.
    Replace,
    /// Over the present entry, in a moment: a slider moves faster than a browser lets its address bar be written.
    ReplaceSoon,
    /// A new entry: something that *Back* takes back.
    Push,
}

impl State {
    /// The run that belongs to what is in the form: the one on show, if it is of this very experiment.
    #[must_use]
    pub fn linked_run(&self) -> Option<&str> {
        if let Some(wanted) = &self.run.wanted {
            return Some(wanted);
        }
        self.run.shown().filter(|shown| self.is_of_the_form(shown)).and_then(Shown::id)
    }

    /// Whether a result is of what is in the form.
    #[must_use]
    pub fn is_of_the_form(&self, shown: &Shown) -> bool {
        self.form.experiment() == Some(shown.experiment())
    }

    pub(super) fn write_address(&mut self, reaction: &mut Reaction) {
        let Some(catalog) = self.server.catalog.as_deref() else { return };
        if self.address.opening.is_some() {
            return;
        }
        let address = link::encode(self.form.draft(), self.linked_run(), self.result.view(), catalog);
        if address == self.address.written {
            return;
        }
        let leaves_a_run = has_run(&self.address.written) && !has_run(&address);
        let entry = match reaction.history {
            HistoryEntry::Keep => HistoryEntry::Replace,
            // The first edit after a result leaves the result's own link in the history, for *Back* to return to.
            HistoryEntry::Replace | HistoryEntry::ReplaceSoon if leaves_a_run => HistoryEntry::Push,
            entry @ (HistoryEntry::Replace | HistoryEntry::ReplaceSoon | HistoryEntry::Push) => entry,
        };
        self.address.written.clone_from(&address);
        reaction.effect(Effect::Address(address, entry));
    }

    /// Reads the address that the page was opened at, now that there is a catalogue to read it with.
    pub(super) fn read_opening(&mut self, reaction: &mut Reaction) {
        if let Some((path, query)) = self.address.opening.take() {
            self.read_address(path, query, reaction);
        }
    }

    /// Reads a path and query, or keeps them until there is a catalogue to read them with.
    fn read_address(&mut self, path: String, query: String, reaction: &mut Reaction) {
        match self.server.catalog.clone() {
            Some(catalog) => self.open_link(&path, &query, &catalog, reaction),
            None => self.address.opening = Some((path, query)),
        }
    }

    fn open_link(&mut self, path: &str, query: &str, catalog: &Catalog, reaction: &mut Reaction) {
        self.address.opening = None;
        self.address.written = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        let opened = link::decode(path, query, catalog);
        self.form.open(opened.draft, catalog);
        self.page.notices.clear();
        if !opened.notes.is_empty() {
            self.page.notices.push(Notice::Link(opened.notes));
        }
        self.look(opened.view);
        let before = self.run.wanted.take();
        // What is still on its way to the server comes back as wanted; what has come back is given up.
        self.run.sending &= before.is_none();
        if let Some(run) = opened.run.filter(|run| self.run.id() != Some(run.as_str())) {
            self.want_run(run, reaction);
        } else if before.is_some() {
            // The stream is of a run that nobody waits for any more; what it tells is not of the one on show.
            reaction.effect(Effect::Unfollow);
            self.run.resume(reaction);
        }
    }

    pub(super) fn navigate(&mut self, path: String, query: String, reaction: &mut Reaction) {
        self.result.open_trial = None;
        self.read_address(path, query, reaction);
        // Back before the run was asked for: it is not on show there. A result of something else stays, and says so.
        let before = self.run.wanted.is_none() && !has_run(&self.address.written);
        if before && self.run.shown().is_some_and(|shown| shown.id().is_some() && self.is_of_the_form(shown)) {
            self.run.hide(reaction);
        }
    }
}

fn has_run(address: &str) -> bool {
    address.contains("&run=") || address.contains("?run=")
}
