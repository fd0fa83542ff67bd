//! The address bar is the link at every moment; back and forward open what it held.

use protocol::link;

use super::{Asked, Effect, Notice, Place, Shown, State};

/// How the address bar is written after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Nobody changed anything: if it differs all the same, over the present entry.
    Same,
    /// Over the present entry of the history: typing is one entry.
    Over,
    /// Over the present entry, in a moment: a slider moves faster than a browser lets its address bar be written.
    Soon,
    /// A new entry: a deed that *Back* takes back.
    New,
}

impl State {
    /// The run that belongs to what is in the form: the one on show, where it is of this very experiment.
    #[must_use]
    pub fn linked_run(&self) -> Option<&str> {
        if let Some(wanted) = &self.wanted {
            return Some(wanted);
        }
        self.shown.as_ref().filter(|shown| self.is_of_the_form(shown)).and_then(Shown::id)
    }

    /// Whether a result is of what is in the form.
    #[must_use]
    pub fn is_of_the_form(&self, shown: &Shown) -> bool {
        matches!(self.checked(), Some(Ok(experiment)) if experiment == shown.experiment)
    }

    pub(super) fn write_address(&mut self, entry: Entry, effects: &mut Vec<Effect>) {
        let Some(catalog) = self.catalog.as_deref() else { return };
        if self.place.opening.is_some() {
            return;
        }
        let address = link::encode(&self.draft, self.linked_run(), catalog);
        if address == self.place.written {
            return;
        }
        // The first edit after a result leaves the result's own link in the history, for *Back* to return to.
        let leaves_a_run = entry != Entry::Same && has_run(&self.place.written) && !has_run(&address);
        let entry = match entry {
            Entry::Same => Entry::Over,
            _ if leaves_a_run => Entry::New,
            entry => entry,
        };
        self.place.written.clone_from(&address);
        effects.push(Effect::Address(address, entry));
    }

    /// Reads the path and query that the page was opened at, or moved to.
    pub(super) fn read_address(&mut self, path: &str, query: &str, effects: &mut Vec<Effect>) {
        let Some(catalog) = self.catalog.clone() else {
            self.place.opening = Some((path.to_owned(), query.to_owned()));
            return;
        };
        self.place = Place { opening: None, written: if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") } };
        let opened = link::decode(path, query, &catalog);
        self.draft = opened.draft;
        self.typing = None;
        self.notices.clear();
        if !opened.notes.is_empty() {
            self.notices.push(Notice::Link(opened.notes));
        }
        self.wanted = None;
        if let Some(run) = opened.run
            && self.shown.as_ref().and_then(Shown::id) != Some(run.as_str())
        {
            self.wanted = Some(run.clone());
            effects.push(Effect::LoadRun(Asked::Open, run));
        }
    }

    pub(super) fn moved(&mut self, path: String, query: String, effects: &mut Vec<Effect>) {
        self.open_trial = None;
        self.read_address(&path, &query, effects);
        // Back before the run was asked for: it is not on show there. A result of something else stays, and says so.
        let before = self.wanted.is_none() && !has_run(&self.place.written);
        if before && self.shown.as_ref().is_some_and(|shown| shown.id().is_some() && self.is_of_the_form(shown)) {
            self.shown = None;
            effects.push(Effect::Unfollow);
        }
    }
}

fn has_run(address: &str) -> bool {
    address.contains("&run=") || address.contains("?run=")
}
