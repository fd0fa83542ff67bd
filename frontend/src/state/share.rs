//! Sharing: the link that carries what is on show, and the menu of the other ways to hand it on.
//!
//! ```text
//! pointer at the button ──► the keeper packs what is on show ──► the menu says how long the link is; a click copies it at once
//! ```

use protocol::parameter::grouped;
use protocol::{Draft, Keep, Kept, Links, MOST_UPLOADED, Reach, View, link};

use super::effect::Reaction;
use super::{Effect, HistoryAction, Notice, Origin, Shown, State};
use crate::keeper::{KeeperRequest, PackedText};
use crate::painter::Request;
use crate::web::api::Failure;

/// How long the text of a capsule in a link may be: with what stands before it, a link of less than 2,000 characters goes through
/// chats and mail as it is.
const MOST_CHARS: usize = 1_900;

/// What is shared, and how.
#[derive(Debug, Default)]
pub struct SharePart {
    /// Whether the menu is open.
    pub menu: bool,
    /// Where links begin as far as the page itself can tell: what the menu goes by until the server has said so.
    pub page: Option<Links>,
    /// Where links to this server begin, once that is known.
    links: Option<Links>,
    asked_for_links: bool,
    /// What is on show, packed for a link.
    packed: Option<(Bundle, PackedText)>,
    /// What the keeper packs.
    packing: Vec<Packing>,
    /// What is wished for as soon as it can be had.
    wish: Option<Sharing>,
    /// What is being copied, and what will be said of it.
    copying: Option<(String, String)>,
    /// What is on its way to the server, to be stored.
    storing: Option<Bundle>,
    /// What the server stores by somebody's wish here, and under which id.
    stored: Option<(Bundle, String)>,
    /// What was in the form when a link was copied or opened last.
    shared: Option<Draft>,
}

/// Results, as they are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bundle {
    runs: Vec<String>,
    view: View,
}

/// Something that the keeper packs.
#[derive(Debug)]
struct Packing {
    ticket: u32,
    bundle: Bundle,
    /// As what it leaves the page whole; `None` for a link.
    whole: Option<Sharing>,
}

/// A way to hand on what is on show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// A link with the result inside.
    Result,
    /// A link to what this server keeps.
    Short,
    /// What is in the form, without a result.
    Experiment,
    /// A frame for another page.
    Embed,
    /// A file.
    File,
    /// Words and figures.
    Text,
    /// No more: what this server keeps is deleted.
    Unstore,
}

/// What a person does to share.
#[derive(Clone, Debug)]
pub enum ShareAction {
    /// The pointer is at the button: what it would copy is made ready.
    Prepare,
    /// Copy the link, whichever it is.
    Copy,
    /// Open the menu, or close it.
    ShowMenu(bool),
    /// Share like this.
    Choose(Sharing),
    /// Whether the text was copied.
    Copied(bool),
}

impl Sharing {
    /// The key that chooses it in the menu.
    #[must_use]
    pub fn key(self) -> char {
        match self {
            Self::Result => '⏎',
            Self::Short => 'S',
            Self::Experiment => 'E',
            Self::Embed => 'M',
            Self::File => 'F',
            Self::Text => 'T',
            Self::Unstore => 'D',
        }
    }
}

impl SharePart {
    /// Where links begin, without a slash at the end.
    #[must_use]
    pub fn links(&self) -> Option<&Links> {
        self.links.as_ref().or(self.page.as_ref())
    }

    /// A link was opened; this is what it put into the form.
    pub(super) fn opened(&mut self, draft: &Draft) {
        self.shared = Some(draft.clone());
    }

    /// What the server stored is no more.
    pub(super) fn forget_stored(&mut self, id: &str) {
        self.stored.take_if(|(_, stored)| stored == id);
    }

    /// There is no keeper: nothing is packed.
    pub(super) fn give_up(&mut self) {
        self.packing.clear();
        self.wish = None;
    }
}

impl State {
    /// The results that can be handed on, the first first: those that are over. None of the sample before its log has come.
    fn handed_on(&self) -> impl Iterator<Item = &Shown> {
        let is_whole = |shown: &&Shown| shown.run.state.is_over() && !shown.run.trials.is_empty() && !shown.log().is_empty();
        self.compared().filter(is_whole)
    }

    fn bundle(&self) -> Option<Bundle> {
        let runs: Vec<String> = self.handed_on().map(|shown| shown.run.id().to_owned()).collect();
        (!runs.is_empty()).then(|| Bundle { runs, view: self.result.view().clone() })
    }

    /// How many results a link would carry.
    #[must_use]
    pub fn results_to_share(&self) -> usize {
        self.handed_on().count()
    }

    /// Whether *Copy link* copies a result: one is on show, and it is of what is in the form.
    #[must_use]
    pub fn copies_result(&self) -> bool {
        let is_meant = |shown: &Shown| self.is_of_the_form(shown) || self.form.experiment().is_none();
        self.results_to_share() > 0 && self.run.shown().is_some_and(is_meant)
    }

    /// What a link with the result would carry, if it has been packed.
    #[must_use]
    pub fn packed(&self) -> Option<&PackedText> {
        let bundle = self.bundle()?;
        self.share.packed.as_ref().filter(|(packed, _)| *packed == bundle).map(|(_, packed)| packed)
    }

    /// The link that carries a packed capsule.
    #[must_use]
    pub fn link_of(&self, packed: &PackedText) -> String {
        self.link_to(&format!("/c#{}", packed.text))
    }

    /// The id under which this server stores what is on show, if that was wished for here.
    #[must_use]
    pub fn stored(&self) -> Option<&str> {
        let bundle = self.bundle()?;
        self.share.stored.as_ref().filter(|(stored, _)| stored.runs == bundle.runs).map(|(_, id)| id.as_str())
    }

    /// Whether links from here open on this machine alone.
    #[must_use]
    pub fn links_stay_here(&self) -> bool {
        self.share.links().is_some_and(|links| links.reach == Reach::Loopback)
    }

    /// Whether what is in the form is something else than what was shared last.
    #[must_use]
    pub fn changed_since_shared(&self) -> bool {
        self.share.shared.as_ref().is_some_and(|shared| shared != self.form.draft())
    }

    /// A whole link to an address of this page.
    #[must_use]
    pub fn link_to(&self, address: &str) -> String {
        let base = self.share.links().map_or("", |links| &links.base);
        format!("{base}/{}", self.server.edition.address(address).trim_start_matches("./"))
    }

    pub(super) fn apply_share(&mut self, action: ShareAction, reaction: &mut Reaction) {
        match action {
            ShareAction::Prepare => self.prepare(reaction),
            ShareAction::Copy if self.copies_result() => self.wish(Sharing::Result, reaction),
            ShareAction::Copy => self.wish(Sharing::Experiment, reaction),
            ShareAction::ShowMenu(open) => {
                if std::mem::replace(&mut self.share.menu, open) != open {
                    reaction.effect(Effect::Focus(if open { "share-first" } else { "share-menu" }.to_owned()));
                }
                if open {
                    self.prepare(reaction);
                }
            }
            ShareAction::Choose(sharing) => {
                self.apply_share(ShareAction::ShowMenu(false), reaction);
                self.wish(sharing, reaction);
            }
            ShareAction::Copied(copied) => self.take_copied(copied, reaction),
        }
    }

    /// Makes ready what would be copied.
    pub(super) fn prepare(&mut self, reaction: &mut Reaction) {
        if !std::mem::replace(&mut self.share.asked_for_links, true) {
            reaction.effect(Effect::LoadLinks);
        }
        if self.run.lacks_its_log() {
            reaction.effect(Effect::LoadSampleLog);
        }
        let Some(bundle) = self.bundle() else { return };
        let is_on_its_way = |packing: &Packing| packing.whole.is_none() && packing.bundle == bundle;
        if self.packed().is_none() && !self.share.packing.iter().any(is_on_its_way) {
            self.pack(bundle, None, reaction);
        }
    }

    /// What is on show has changed since it was made ready.
    pub(super) fn prepare_again(&mut self, reaction: &mut Reaction) {
        if self.share.asked_for_links {
            self.prepare(reaction);
        }
    }

    fn pack(&mut self, bundle: Bundle, whole: Option<Sharing>, reaction: &mut Reaction) {
        let ticket = self.run.next_ticket();
        let logs = self.handed_on().map(|shown| shown.log().to_vec()).collect();
        let most_chars = whole.is_none().then_some(MOST_CHARS);
        let first = self.handed_on().next().filter(|shown| whole.is_some() && shown.has_lanes());
        let lanes = first.map(|shown| self.lanes_source(shown).columns).unwrap_or_default();
        let most_bytes = if whole == Some(Sharing::Short) { MOST_UPLOADED } else { usize::MAX };
        let view = bundle.view.clone();
        reaction.effect(Effect::AskKeeper(KeeperRequest::Pack { ticket, logs, view, most_chars, lanes, most_bytes }));
        self.share.packing.push(Packing { ticket, bundle, whole });
    }

    fn wish(&mut self, sharing: Sharing, reaction: &mut Reaction) {
        self.share.wish = Some(sharing);
        self.prepare(reaction);
        self.fulfil(reaction);
    }

    /// Does what is wished for, if all that it takes is there.
    fn fulfil(&mut self, reaction: &mut Reaction) {
        let (Some(sharing), true) = (self.share.wish, self.share.links.is_some()) else { return };
        let packed = self.packed().cloned();
        match (sharing, packed) {
            (Sharing::Experiment, _) => {
                let address = if self.copies_result() { self.experiment_alone() } else { self.address.written().to_owned() };
                self.copy(self.link_to(&address), "Link to the experiment copied.".into(), reaction);
            }
            (Sharing::Result, Some(packed)) => {
                let link = self.link_of(&packed);
                let what = if self.results_to_share() > 1 { "both results" } else { "the result" };
                let words = format!("Link with {what} copied: {}.", length_of(&link, &packed.left_out));
                self.copy(link, words, reaction);
            }
            (Sharing::Embed, Some(packed)) => {
                let address = match self.stored() {
                    Some(id) => format!("/embed/r/{id}"),
                    None => format!("/embed/c#{}", packed.text),
                };
                let frame = format!(
                    "<iframe src=\"{}\" title=\"A result, recorded with Interleave\" width=\"100%\" height=\"480\" \
                     style=\"border: 0\" loading=\"lazy\"></iframe>",
                    self.link_to(&address)
                );
                self.copy(frame, "Frame for another page copied.".into(), reaction);
            }
            (Sharing::Text, Some(packed)) => {
                // An address of this machine says nothing to whoever reads the text elsewhere.
                let link = (!self.links_stay_here()).then(|| self.link_of(&packed));
                let logs = self.handed_on().take(2).map(|shown| shown.log().to_vec()).collect();
                reaction.effect(Effect::Paint(Request::Text { logs, view: self.result.view().clone(), link }));
                self.share.wish = None;
            }
            (Sharing::Result | Sharing::Embed | Sharing::Text, None) if self.bundle().is_some() => {}
            (Sharing::Short, _) if self.stored().is_some() => self.copy_short_link(reaction),
            (Sharing::Short | Sharing::File, _) => {
                self.share.wish = None;
                let Some(bundle) = self.bundle() else { return };
                let own = self.run.shown().filter(|shown| matches!(shown.origin, Origin::Run(_)) && bundle.runs.len() == 1);
                match own.filter(|_| sharing == Sharing::Short) {
                    Some(shown) => {
                        let keep = Keep { run: shown.run.id().to_owned(), publish: false };
                        self.share.storing = Some(bundle);
                        reaction.effect(Effect::StoreRun(keep));
                    }
                    None => self.pack(bundle, Some(sharing), reaction),
                }
            }
            (Sharing::Unstore, _) => {
                self.share.wish = None;
                if let (Some(bundle), Some(id)) = (self.bundle(), self.stored().map(str::to_owned)) {
                    self.apply_history(HistoryAction::Unshare { run: bundle.runs[0].clone(), id }, reaction);
                }
            }
            (Sharing::Result | Sharing::Embed | Sharing::Text, None) => self.share.wish = None,
        }
    }

    /// What is in the form, as a link without a result; without a catalogue that of the result on show, by its own.
    fn experiment_alone(&self) -> String {
        match (self.server.catalog.as_deref(), self.run.shown()) {
            (None, Some(shown)) => {
                link::encode(&Draft::of_experiment(shown.experiment()), None, &View::default(), None, shown.catalog())
            }
            (Some(catalog), _) => link::encode(self.form.draft(), None, &View::default(), None, catalog),
            (None, None) => "/".to_owned(),
        }
    }

    fn copy(&mut self, text: String, words: String, reaction: &mut Reaction) {
        self.share.wish = None;
        reaction.effect(Effect::CopyLink(text.clone()));
        self.share.copying = Some((text, words));
    }

    fn copy_short_link(&mut self, reaction: &mut Reaction) {
        let Some(link) = self.stored().map(|id| self.link_to(&format!("/r/{id}"))) else { return };
        let who = if self.links_stay_here() { "this machine opens it" } else { "whoever reaches this server opens it" };
        let words = format!("Short link copied, {link}: {who}.");
        self.copy(link, words, reaction);
    }

    fn take_copied(&mut self, copied: bool, reaction: &mut Reaction) {
        let Some((text, words)) = self.share.copying.take() else { return };
        self.page.copied = Some(copied);
        if copied {
            self.share.shared = Some(self.form.draft().clone());
            self.page.say_shortly(words.into(), reaction);
        } else {
            self.page.say(Notice::NotCopied(text));
            reaction.announce("It could not be copied: it is shown above the result.");
            reaction.effect(Effect::ForgetCopiedLater);
        }
    }

    /// The server has said where links begin, or the page has found out.
    pub(super) fn take_links(&mut self, links: Links, reaction: &mut Reaction) {
        self.share.links = Some(links);
        self.fulfil(reaction);
    }

    /// The keeper has packed something.
    pub(super) fn take_packed(&mut self, ticket: u32, packed: PackedText, reaction: &mut Reaction) {
        let Some(at) = self.share.packing.iter().position(|packing| packing.ticket == ticket) else { return };
        let Packing { bundle, whole, .. } = self.share.packing.swap_remove(at);
        match whole {
            None => self.share.packed = Some((bundle, packed)),
            Some(Sharing::Short) => {
                if packed.without_lanes {
                    self.page.say(Notice::Told(
                        "The result is kept without its lanes: they are too long, or could not be had.".to_owned(),
                    ));
                }
                self.share.storing = Some(bundle);
                reaction.effect(Effect::StoreCapsule(packed.bytes));
            }
            Some(_) => {
                let workload = self.pictured().map(|shown| shown.experiment().workload.as_str()).unwrap_or_default();
                reaction.effect(Effect::Save(format!("{workload}-{}.interleave", bundle.runs[0]), packed.bytes));
                let words = match packed.without_lanes {
                    true => {
                        "Saved as a file without its lanes, which could not be had: it opens where it is dropped on this page."
                    }
                    false => "Saved as a file: it opens where it is dropped on this page.",
                };
                self.page.say_shortly(words.into(), reaction);
            }
        }
        self.fulfil(reaction);
    }

    /// The text of a result has come.
    pub(super) fn take_text(&mut self, text: String, reaction: &mut Reaction) {
        self.copy(text, "Text copied: to be pasted into an issue or a document.".into(), reaction);
    }

    /// The server has stored what it was given.
    pub(super) fn take_kept_result(&mut self, answer: Result<Kept, Failure>, reaction: &mut Reaction) {
        let Some(bundle) = self.share.storing.take() else { return };
        match answer {
            Ok(Kept { id, delete_token, without_lanes }) => {
                if let Some(why) = without_lanes {
                    self.page.say(Notice::Told(format!("The result is kept without its lanes: {why}.")));
                }
                if let Some(token) = delete_token {
                    let run = bundle.runs[0].clone();
                    reaction.effect(Effect::AskKeeper(KeeperRequest::RememberToken { run, id: id.clone(), token }));
                }
                self.share.stored = Some((bundle, id));
                self.copy_short_link(reaction);
            }
            Err(failure) => self.take_failure(failure, reaction),
        }
    }
}

/// "1,412 characters", and what it does without.
fn length_of(link: &str, left_out: &[String]) -> String {
    let length = format!("{} characters", grouped(link.len() as u64));
    if left_out.is_empty() { length } else { format!("{length}; left out: {}", left_out.join(", ")) }
}
