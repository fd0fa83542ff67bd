//! The address bar is the link at every moment; back and forward open what it held.

use protocol::{Catalog, link};

use super::effect::Reaction;
use super::{Address, Effect, FormAction, Notice, Place, Shown, State};

/// The address bar, and what has been read from it.
#[derive(Debug, Default)]
pub(super) struct AddressPart {
    /// What waits for the catalogue to be read with.
    opening: Option<Address>,
    /// What the address bar holds.
    written: String,
    /// What could not be read of it: it stays there until somebody sets it right.
    unread: Vec<(String, String)>,
}

impl AddressPart {
    /// What the address bar holds.
    pub(super) fn written(&self) -> &str {
        &self.written
    }

    /// What is in the form now is all that is meant.
    pub(super) fn forget_unread(&mut self) {
        self.unread.clear();
    }

    /// This has been set: it is what is meant, and the link is this page's.
    pub(super) fn set(&mut self, field: &str) {
        self.unread.retain(|(name, _)| name != field && name != "v" && name != "run");
    }

    /// The result is looked at as somebody chose to.
    pub(super) fn look(&mut self) {
        self.unread.retain(|(name, _)| !link::OF_VIEW.contains(&name.as_str()));
    }

    /// What of the address a person sets right by this.
    pub(super) fn edit(&mut self, action: &FormAction) {
        match action {
            FormAction::Type(field, _)
            | FormAction::Slide(field, _)
            | FormAction::ToggleSweep(field)
            | FormAction::Compose { field, .. } => self.set(field),
            FormAction::ToggleModel(_) => self.set("models"),
            FormAction::ChooseWorkload(_) | FormAction::ChoosePreset(_) | FormAction::Reset | FormAction::Undo => {
                self.forget_unread();
            }
            FormAction::FinishTyping
            | FormAction::UnfoldVariants(_)
            | FormAction::UnfoldPresets(_)
            | FormAction::UnfoldMethod(_)
            | FormAction::ToggleHelp(_) => {}
        }
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
        let Some(address) = self.address_now().filter(|address| *address != self.address.written) else { return };
        let leaves_a_run = has_result(&self.address.written) && !has_result(&address);
        let entry = match reaction.history {
            HistoryEntry::Keep => HistoryEntry::Replace,
            // The first edit after a result leaves the result's own link in the history, for *Back* to return to.
            HistoryEntry::Replace | HistoryEntry::ReplaceSoon if leaves_a_run => HistoryEntry::Push,
            entry @ (HistoryEntry::Replace | HistoryEntry::ReplaceSoon | HistoryEntry::Push) => entry,
        };
        self.address.written.clone_from(&address);
        reaction.effect(Effect::Address(address, entry));
    }

    /// What the address bar is to hold; `None` while what it holds has not been read.
    fn address_now(&self) -> Option<String> {
        if self.place == Place::History {
            return Some(self.place.path().to_owned());
        }
        if let Some(address) = self.carried.address(self.form.draft(), self.result.view()) {
            return Some(address);
        }
        let catalog = self.server.catalog.as_deref().filter(|_| self.address.opening.is_none() && !self.carried.is_opening())?;
        let run = self.linked_run();
        let mut address = link::encode(self.form.draft(), run, self.result.view(), self.line(), catalog);
        if !self.address.unread.is_empty() {
            address = link::keeping(&self.address.unread, &address);
        }
        let both = [self.theirs(), self.run.shown()].map(|shown| shown.filter(|_| run.is_some()));
        if let Some(theirs) = both[0].and_then(Shown::id) {
            address.push_str(&format!("&with={theirs}"));
        }
        // What came in a link is still in it.
        if both.iter().flatten().any(|shown| self.carried.has(shown)) && !self.carried.fragment().is_empty() {
            address.push_str(&format!("#{}", self.carried.fragment()));
        }
        Some(address)
    }

    /// Reads the address that the page was opened at, now that there is a catalogue to read it with.
    pub(super) fn read_opening(&mut self, reaction: &mut Reaction) {
        if let Some(address) = self.address.opening.take() {
            self.read_address(address, reaction);
        }
    }

    /// Reads an address, or keeps it until there is a catalogue to read it with. Results that it carries need none.
    pub(super) fn read_address(&mut self, address: Address, reaction: &mut Reaction) {
        if address.is_of_results_alone() {
            self.address.opening = None;
            self.address.written = address.written();
            self.address.unread.clear();
            self.page.notices.clear();
            return self.open_carried(&address, None, reaction);
        }
        match self.server.catalog.clone() {
            Some(catalog) => self.open_link(&address, &catalog, reaction),
            None => self.address.opening = Some(address),
        }
    }

    fn open_link(&mut self, address: &Address, catalog: &Catalog, reaction: &mut Reaction) {
        self.address.opening = None;
        self.address.written = address.written();
        let opened = match address.place() {
            Place::Run => link::decode(&address.path, &address.query, catalog),
            // It says nothing of the form: what is there stays, and where nothing is, something is put.
            Place::History if self.form.experiment().is_some() => return,
            Place::History => link::decode(Place::Run.path(), "", catalog),
        };
        self.form.open_link(opened.draft, catalog);
        self.address.unread = opened.unread;
        self.page.notices.clear();
        if !opened.notes.is_empty() {
            self.page.notices.push(Notice::Link(opened.notes));
        }
        self.look(opened.view);
        self.point_at(opened.line, reaction);
        if !address.query.is_empty() {
            self.share.opened(self.form.draft());
        }
        if address.carries().is_some() {
            self.open_carried(address, Some([opened.run, opened.with]), reaction);
        } else {
            self.carried.as_opened = false;
            self.show_runs([opened.run, opened.with], reaction);
        }
    }

    /// Shows the run that an address asks for, and the one that it is to be compared with.
    pub(super) fn show_runs(&mut self, [run, with]: [Option<String>; 2], reaction: &mut Reaction) {
        if run.is_some() {
            self.compare_with_run(with.filter(|with| Some(with) != run.as_ref()), reaction);
        }
        let before = self.run.wanted.take();
        // What is still on its way to the server comes back as wanted; what has come back is given up.
        self.run.sending &= before.is_none();
        if let Some(run) = run.filter(|run| self.run.id() != Some(run.as_str())) {
            match self.carried.result(Some(&run)) {
                Some(shown) => self.show_in_front(shown, reaction),
                None => self.want_run(run, reaction),
            }
        } else if before.is_some() {
            // The stream is of a run that nobody waits for any more; what it tells is not of the one on show.
            reaction.effect(Effect::Unfollow);
            self.run.resume(reaction);
        }
    }

    /// Goes to another part of the page, by its name in the header.
    pub(super) fn go(&mut self, place: Place, reaction: &mut Reaction) {
        let closed = place == Place::Run && self.close_lanes();
        if std::mem::replace(&mut self.place, place) != place || closed {
            self.result.open_trial = None;
            reaction.history = HistoryEntry::Push;
            self.show_history(reaction);
        }
    }

    pub(super) fn navigate(&mut self, address: Address, reaction: &mut Reaction) {
        self.result.open_trial = None;
        self.place = address.place();
        self.show_history(reaction);
        self.read_address(address, reaction);
        if self.place != Place::Run {
            return;
        }
        // Back before the run was asked for: it is not on show there. A result of something else stays, and says so.
        let before = self.run.wanted.is_none() && !has_result(&self.address.written);
        if before && self.run.shown().is_some_and(|shown| shown.id().is_some() && self.is_of_the_form(shown)) {
            self.run.hide(reaction);
            self.compare.set(None);
        }
    }
}

fn has_result(address: &str) -> bool {
    ["&run=", "?run=", "#"].iter().any(|mark| address.contains(mark)) || address.starts_with("/r/")
}
