//! What came in a link or in a file: results that are shown as recorded, with no server, and the address that they came by.

use protocol::{Draft, View, link};

use super::effect::Reaction;
use super::{Address, Effect, Notice, Place, Shown, State};
use crate::keeper::{Carrier, KeeperRequest, OpenedCapsule};
use crate::web::api::Failure;

/// The results that came in the link that is open.
#[derive(Debug, Default)]
pub struct CarriedPart {
    /// The address that they came by; none of what was opened in another way.
    by: Option<Address>,
    results: Vec<Shown>,
    /// How they were looked at.
    view: View,
    /// The ticket under which the keeper opens them; 0 while they are asked of the server.
    opening: Option<u32>,
    /// Whether what is on show is what the link says, and nothing else.
    pub(super) as_opened: bool,
    /// The run that the address asks for beside what it carries, and the one that it is to be compared with.
    asked: Option<[Option<String>; 2]>,
    /// What is to stand in the form as soon as there is a catalogue to read it with.
    form: Waiting,
    /// What stood in the form when all was as the link says.
    meant: Option<Draft>,
}

/// What waits for the catalogue.
#[derive(Debug, Default)]
enum Waiting {
    #[default]
    Nothing,
    /// What the page has in its form at first.
    TheDefault,
    This(Box<Draft>),
}

impl Address {
    /// In what it carries results; `None` if it carries none.
    pub(super) fn carries(&self) -> Option<Carries<'_>> {
        let path = self.path.trim_matches('/');
        match (self.place(), path.strip_prefix("r/")) {
            (Place::History, _) => None,
            (Place::Run, Some(id)) => Some(Carries::Stored(id)),
            (Place::Run, None) if !self.fragment.is_empty() => Some(Carries::Text),
            (Place::Run, None) => None,
        }
    }

    /// Whether it says nothing of the form: its results do.
    pub(super) fn is_of_results_alone(&self) -> bool {
        let path = self.path.trim_matches('/');
        self.carries().is_some() && (path.is_empty() || path == "c" || path.starts_with("r/"))
    }
}

/// In what an address carries results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carries<'a> {
    /// In its fragment.
    Text,
    /// In what this server stores under this id.
    Stored(&'a str),
}

impl CarriedPart {
    /// All that came.
    pub(super) fn results(&self) -> impl Iterator<Item = &Shown> {
        self.results.iter()
    }

    /// That of this run.
    pub(super) fn result(&self, run: Option<&str>) -> Option<Shown> {
        self.results.iter().find(|shown| Some(shown.run.id()) == run).cloned()
    }

    /// Whether it is one of them.
    pub(super) fn has(&self, shown: &Shown) -> bool {
        self.results.iter().any(|carried| carried.ticket == shown.ticket)
    }

    /// Whether it came in a link.
    #[must_use]
    pub fn is_of_the_link(&self, shown: &Shown) -> bool {
        self.by.is_some() && self.has(shown)
    }

    /// The address that it came by, if it came by one.
    pub(super) fn address_of(&self, shown: &Shown) -> Option<&Address> {
        self.by.as_ref().filter(|_| self.has(shown))
    }

    /// Whether something is on its way.
    #[must_use]
    pub fn is_opening(&self) -> bool {
        self.opening.is_some()
    }

    /// What stands behind the `#` of the address that they came by.
    pub(super) fn fragment(&self) -> &str {
        self.by.as_ref().map_or("", |by| &by.fragment)
    }

    /// The address that they came by, looked at like this, as long as it says all there is.
    pub(super) fn address(&self, draft: &Draft, view: &View) -> Option<String> {
        let is_meant = self.meant.as_ref().is_none_or(|meant| meant == draft);
        let by = self.by.clone().filter(|_| self.as_opened && is_meant)?;
        let query = if *view == self.view { String::new() } else { link::query_of(view) };
        Some(Address { query, ..by }.written())
    }

    fn is_of(&self, address: &Address) -> bool {
        let same = |by: &Address| by.fragment == address.fragment && (!by.fragment.is_empty() || by.path == address.path);
        !self.results.is_empty() && self.by.as_ref().is_some_and(same)
    }
}

impl State {
    /// Opens what an address carries, unless it is open; of that the runs that it asks for beside, or all.
    pub(super) fn open_carried(&mut self, address: &Address, asked: Option<[Option<String>; 2]>, reaction: &mut Reaction) {
        if self.carried.is_of(address) {
            (self.carried.by, self.carried.asked) = (Some(address.clone()), asked);
            return self.show_carried(reaction);
        }
        self.carried = CarriedPart { by: Some(address.clone()), asked, ..CarriedPart::default() };
        match address.carries() {
            Some(Carries::Text) => self.open_carrier(Carrier::Text(address.fragment.clone()), reaction),
            Some(Carries::Stored(id)) => {
                self.carried.opening = Some(0);
                reaction.effect(Effect::LoadStored(id.to_owned()));
            }
            None => {}
        }
    }

    fn open_carrier(&mut self, carrier: Carrier, reaction: &mut Reaction) {
        let ticket = self.run.next_ticket();
        self.carried.opening = Some(ticket);
        reaction.effect(Effect::AskKeeper(KeeperRequest::Open(ticket, carrier)));
    }

    /// The id under which the server is being asked for what it stores.
    fn asked_for(&self) -> Option<&str> {
        match self.carried.by.as_ref().filter(|_| self.carried.opening == Some(0)).and_then(Address::carries) {
            Some(Carries::Stored(id)) => Some(id),
            Some(Carries::Text) | None => None,
        }
    }

    /// The server has given what it stores under an id.
    pub(super) fn take_stored(&mut self, id: &str, answer: Result<Vec<u8>, Failure>, reaction: &mut Reaction) {
        if self.asked_for() != Some(id) {
            return;
        }
        match answer {
            Ok(bytes) => self.open_carrier(Carrier::Stored(id.to_owned(), bytes), reaction),
            // Asked for again when the server is back.
            Err(Failure::Away) => self.take_failure(Failure::Away, reaction),
            Err(Failure::Refused(_) | Failure::OtherBuild | Failure::Rubbish) => {
                self.cannot_open(Notice::UnknownResult(id.to_owned()), reaction);
            }
        }
    }

    /// The server is back: what it was asked for is asked for again.
    pub(super) fn ask_again_for_stored(&self, reaction: &mut Reaction) {
        if let Some(id) = self.asked_for() {
            reaction.effect(Effect::LoadStored(id.to_owned()));
        }
    }

    /// The keeper has opened something; what of it was not for a link is given back.
    pub(super) fn take_carried(
        &mut self,
        ticket: u32,
        answer: Result<OpenedCapsule, String>,
        reaction: &mut Reaction,
    ) -> Option<Result<OpenedCapsule, String>> {
        if self.carried.opening.take_if(|opening| *opening == ticket).is_none() {
            return Some(answer);
        }
        match answer {
            Ok(capsule) => {
                self.take_results(capsule);
                self.show_carried(reaction);
                reaction.announce("The result is there.");
            }
            Err(reason) => self.cannot_open(Notice::Carried(reason), reaction),
        }
        None
    }

    fn take_results(&mut self, capsule: OpenedCapsule) {
        self.carried.view = capsule.view;
        self.carried.results = self.run.opened(capsule.results, self.now);
    }

    /// The link is damaged, or what it leads to is gone: the page is there all the same.
    pub(super) fn cannot_open(&mut self, notice: Notice, reaction: &mut Reaction) {
        self.carried.opening = None;
        self.page.say(notice);
        match self.carried.asked.take() {
            Some(asked) => self.show_runs(asked, reaction),
            None => {
                self.carried.as_opened = true;
                self.carried.form = Waiting::TheDefault;
                self.fill_waiting(reaction);
            }
        }
    }

    /// There is no keeper: nothing can be opened.
    pub(super) fn give_up_opening(&mut self, reaction: &mut Reaction) {
        if self.carried.opening.is_some() {
            self.cannot_open(Notice::NoKeeper, reaction);
        }
    }

    /// Shows what was opened in another way than by the address.
    pub(super) fn show_opened(&mut self, capsule: OpenedCapsule, reaction: &mut Reaction) {
        self.carried = CarriedPart::default();
        self.take_results(capsule);
        self.place = Place::Run;
        self.show_carried(reaction);
        self.carried.as_opened = false;
        reaction.announce("The result is there.");
    }

    /// Shows what the history has of the run that an address asks for, and the server does not know.
    pub(super) fn show_missed(&mut self, capsule: OpenedCapsule, reaction: &mut Reaction) {
        if let Some(shown) = self.run.opened(capsule.results, self.now).into_iter().next() {
            self.show_in_front(shown, reaction);
        }
    }

    /// Shows what has been opened: all of it, or what the address asks for.
    fn show_carried(&mut self, reaction: &mut Reaction) {
        if let Some(asked) = self.carried.asked.take() {
            self.pace.change_drawing();
            return self.show_runs(asked, reaction);
        }
        let mut results = self.carried.results.iter().cloned();
        let (first, second) = (results.next(), results.next());
        let (theirs, front) = if second.is_some() { (first, second) } else { (None, first) };
        let Some(front) = front else { return };
        let query = self.carried.by.as_ref().map_or("", |by| &by.query);
        let workload = front.catalog().workload(&front.experiment().workload);
        let view = workload.and_then(|workload| link::view_in(query, workload, front.catalog()));
        self.look(view.unwrap_or_else(|| self.carried.view.clone()));
        self.show_recorded(front, reaction);
        self.compare.set(theirs);
        self.carried.as_opened = true;
    }

    /// Shows a result that was carried here or kept, with its experiment in the form.
    pub(super) fn show_recorded(&mut self, shown: Shown, reaction: &mut Reaction) {
        self.carried.form = Waiting::This(Box::new(Draft::of_experiment(shown.experiment())));
        self.compare.set(None);
        self.show_in_front(shown, reaction);
        self.fill_waiting(reaction);
    }

    /// Shows a result in place of the one on show.
    pub(super) fn show_in_front(&mut self, shown: Shown, reaction: &mut Reaction) {
        reaction.effect(Effect::Unfollow);
        self.run.show(shown);
        self.carried.as_opened = false;
        self.result.open_trial = None;
        self.pace.change_drawing();
        self.pace.change_title();
    }

    /// What waits for the catalogue comes into the form, if there is one now.
    pub(super) fn fill_waiting(&mut self, reaction: &mut Reaction) {
        let Some(catalog) = self.server.catalog.clone() else { return };
        let is_empty = self.form.draft().workload.is_empty();
        match std::mem::take(&mut self.carried.form) {
            Waiting::Nothing => return,
            Waiting::TheDefault if !is_empty => {}
            Waiting::TheDefault => self.form.open_link(link::decode("/", "", &catalog).draft, &catalog),
            Waiting::This(draft) if is_empty => self.form.open_link(*draft, &catalog),
            Waiting::This(draft) => self.form.replace(*draft, &catalog, reaction),
        }
        self.carried.meant = Some(self.form.draft().clone());
        self.share.opened(self.form.draft());
    }

    /// The experiment of the result in front comes into the form.
    pub(super) fn fill_form(&mut self, reaction: &mut Reaction) {
        if let (Some(shown), Some(catalog)) = (self.run.shown(), self.server.catalog.as_deref())
            && !self.is_of_the_form(shown)
        {
            let draft = Draft::of_experiment(shown.experiment());
            self.form.replace(draft, catalog, reaction);
        }
    }
}
