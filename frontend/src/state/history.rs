//! The history: the results that this browser keeps. The keeper has them, and draws their list; here is what a person does to it,
//! and what is dropped or pasted on the page.

use super::effect::Reaction;
use super::{Effect, HistoryEntry, Notice, Place, Shown, State};
use crate::keeper::{Carrier, HistoryList, HistorySearch, KeeperReply, KeeperRequest};

/// What may be dropped or pasted: more is no result of ours.
pub const MOST_BYTES: u64 = 64 << 20;

/// The history, as far as the page knows it.
#[derive(Debug, Default)]
pub struct HistoryPart {
    /// What is looked for.
    pub words: String,
    /// The runs that are ticked, to be compared.
    pub ticked: Vec<String>,
    /// What was taken out last, by its name, as long as it can be put back.
    pub deleted: Option<String>,
    /// Whether something is being dragged over the page.
    pub dragged: bool,
    list: Option<HistoryList>,
    /// The next list, while somebody types in this one.
    next: Option<HistoryList>,
    typing: bool,
    /// The run that the server does not know, and the ticket under which the history is asked for it.
    missed: Option<(u32, String)>,
}

/// What a person does to the history, or brings to the page.
#[derive(Clone, Debug)]
pub enum HistoryAction {
    /// Look for these words.
    Seek(String),
    /// Open the result of this run.
    Open(String),
    /// A name is being typed.
    Type,
    /// Call a run by this name; the typing is over.
    Name(String, String),
    /// The typing is over, and nothing has changed.
    Leave,
    /// Have a run stand above the others, or no more.
    Pin(String, bool),
    /// Take a run out; it is called so.
    Delete(String, String),
    /// Put back what was taken out last.
    Undo,
    /// It cannot be put back any more.
    ForgetDeleted,
    /// Tick a run, to be compared, or no more.
    Tick(String, bool),
    /// Save the whole history as a file.
    SaveAll,
    /// Something is being dragged over the page, or no more.
    Drag(bool),
    /// Open what was dropped, pasted or chosen.
    Take(Carrier),
    /// What was dropped, pasted or chosen is not opened: why, in a sentence.
    Refuse(String),
    /// Delete the stored copy of this id, of this run.
    Unshare {
        /// The run's id.
        run: String,
        /// The copy's.
        id: String,
    },
    /// What came of that: `None` if it is no more, or why it is still there.
    Unshared {
        /// The run's id.
        run: String,
        /// The copy's.
        id: String,
        /// Why it is still there.
        failed: Option<String>,
    },
}

impl HistoryPart {
    /// The list; `None` until the keeper has told it.
    #[must_use]
    pub fn list(&self) -> Option<&HistoryList> {
        self.list.as_ref()
    }

    fn search(&self) -> Effect {
        let search = HistorySearch { words: self.words.clone(), ticked: self.ticked.clone() };
        Effect::AskKeeper(KeeperRequest::List(search))
    }

    /// A list has come; one for words that are not looked for any more is on its way out.
    fn take_list(&mut self, list: HistoryList) {
        if list.words != self.words {
            return;
        }
        // What was deleted, here or in another tab, is not compared any more.
        self.ticked.retain(|run| list.ticked.iter().any(|(ticked, _)| ticked == run));
        if self.typing {
            self.next = Some(list);
        } else {
            self.list = Some(list);
        }
    }

    fn end_typing(&mut self) {
        self.typing = false;
        if let Some(list) = self.next.take() {
            self.list = Some(list);
        }
    }
}

impl State {
    /// The history is on show: the keeper tells it, and tells it again when it changes.
    pub(super) fn show_history(&self, reaction: &mut Reaction) {
        if self.place == Place::History {
            reaction.effect(self.history.search());
        }
    }

    pub(super) fn apply_history(&mut self, action: HistoryAction, reaction: &mut Reaction) {
        let ask = |reaction: &mut Reaction, request| reaction.effect(Effect::AskKeeper(request));
        match action {
            HistoryAction::Seek(words) => {
                self.history.words = words;
                reaction.effect(self.history.search());
            }
            HistoryAction::Open(run) => {
                let ticket = self.run.next_ticket();
                ask(reaction, KeeperRequest::Load(ticket, run));
            }
            HistoryAction::Type => self.history.typing = true,
            HistoryAction::Leave => self.history.end_typing(),
            HistoryAction::Name(run, name) => {
                self.history.end_typing();
                ask(reaction, KeeperRequest::Name(run, name.trim().to_owned()));
            }
            HistoryAction::Pin(run, pinned) => {
                reaction.announce(if pinned { "Pinned." } else { "No longer pinned." });
                ask(reaction, KeeperRequest::Pin(run, pinned));
            }
            HistoryAction::Delete(run, name) => {
                reaction.announce(format!("Deleted: {name}. It can be put back for some seconds."));
                self.history.deleted = Some(name);
                self.history.ticked.retain(|ticked| *ticked != run);
                ask(reaction, KeeperRequest::Delete(run));
                reaction.effect(Effect::ForgetDeletedLater);
            }
            HistoryAction::Undo => {
                if self.history.deleted.take().is_some() {
                    reaction.announce("Put back.");
                    ask(reaction, KeeperRequest::Undelete);
                }
            }
            HistoryAction::ForgetDeleted => self.history.deleted = None,
            HistoryAction::Tick(run, ticked) => {
                self.history.ticked.retain(|one| *one != run);
                if ticked {
                    self.history.ticked.push(run);
                }
                // The keeper draws what is ticked, and knows the names.
                reaction.effect(self.history.search());
            }
            HistoryAction::SaveAll => ask(reaction, KeeperRequest::ExportAll),
            HistoryAction::Drag(dragged) => self.history.dragged = dragged,
            HistoryAction::Take(carrier) => {
                self.history.dragged = false;
                reaction.announce("Opening …");
                let ticket = self.run.next_ticket();
                ask(reaction, KeeperRequest::Open(ticket, carrier));
            }
            HistoryAction::Refuse(why) => {
                self.history.dragged = false;
                self.refuse(why, reaction);
            }
            HistoryAction::Unshare { run, id } => ask(reaction, KeeperRequest::TokenOf(run, id)),
            HistoryAction::Unshared { run, id, failed: None } => {
                reaction.announce("Deleted there.");
                self.share.forget_stored(&id);
                ask(reaction, KeeperRequest::ForgetToken(run, id));
            }
            HistoryAction::Unshared { id, failed: Some(why), .. } => {
                self.refuse(format!("/r/{id} is still there: {why}"), reaction)
            }
        }
    }

    /// What a person brought or asked for cannot be had; what is on show stays.
    fn refuse(&mut self, why: String, reaction: &mut Reaction) {
        reaction.announce(why.clone());
        self.page.say(Notice::NotOpened(why));
    }

    /// A result is there as a whole: it is kept.
    pub(super) fn keep_shown(&self, reaction: &mut Reaction) {
        let whole = |shown: &&Shown| shown.run.state.is_over() && !shown.run.trials.is_empty();
        if let Some(shown) = self.run.shown().filter(whole) {
            let log = shown.log().to_vec();
            reaction.effect(Effect::AskKeeper(KeeperRequest::Keep { log, name: String::new() }));
        }
    }

    /// The server does not know this run: perhaps the history does.
    pub(super) fn look_for_run(&mut self, run: String, reaction: &mut Reaction) {
        let ticket = self.run.next_ticket();
        reaction.effect(Effect::AskKeeper(KeeperRequest::Load(ticket, run.clone())));
        self.history.missed = Some((ticket, run));
    }

    pub(super) fn take_kept(&mut self, answer: Option<KeeperReply>, reaction: &mut Reaction) {
        match answer {
            Some(KeeperReply::Opened(ticket, opened)) => {
                // What a link carries, and what is to be compared, is theirs who asked for it.
                let rest = self.take_carried(ticket, opened, reaction);
                let rest = rest.and_then(|opened| self.take_loaded(ticket, opened, reaction));
                let Some(opened) = rest else { return };
                let missed = self.history.missed.take_if(|(missed, _)| *missed == ticket).map(|(_, run)| run);
                match (opened, missed) {
                    (Ok(capsule), None) => {
                        self.show_opened(capsule, reaction);
                        reaction.history = HistoryEntry::Push;
                    }
                    (Ok(capsule), Some(run)) => {
                        self.show_missed(capsule, reaction);
                        self.page.say(Notice::KeptRun(run));
                    }
                    (Err(_), Some(run)) => self.page.say(Notice::UnknownRun(run)),
                    (Err(why), None) => self.refuse(why, reaction),
                }
            }
            Some(KeeperReply::Imported(_, words)) => {
                reaction.announce(words.clone());
                self.page.say(Notice::Told(words));
                self.go(Place::History, reaction);
            }
            Some(KeeperReply::Packed(ticket, packed)) => self.take_packed(ticket, packed, reaction),
            Some(KeeperReply::Listed(list)) => self.history.take_list(list),
            Some(KeeperReply::Token { run, id, token }) => reaction.effect(Effect::DeleteStored { run, id, token }),
            Some(KeeperReply::Exported(bytes)) => {
                reaction.announce("The history is saved as a file.");
                reaction.effect(Effect::Save("interleave-history.json".to_owned(), bytes));
            }
            Some(KeeperReply::Told(words)) => self.page.say(Notice::Told(words)),
            Some(KeeperReply::Failed(why)) => {
                self.share.give_up();
                self.refuse(why, reaction);
            }
            None => {
                if let Some((_, run)) = self.history.missed.take() {
                    self.page.say(Notice::UnknownRun(run));
                }
                self.share.give_up();
                self.give_up_opening(reaction);
                self.page.say(Notice::NoKeeper);
            }
        }
    }
}
