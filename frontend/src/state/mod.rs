//! What the page knows, and how it changes: one state and one `apply`, each made of a part per subject. No browser, no yew:
//! whatever must happen outside is an [`Effect`].
//!
//! ```text
//! form      the draft and what it means: experiment or problems, plan, preset, estimate
//! run       the run or sample on show, how it is asked for and followed
//! result    what is open and pointed at in it
//! code      the sources of the form's workload, and what of them is shown
//! compose   the steps of the form's program, as the painter has drawn them
//! place     where in the page one is: the form, the history
//! lanes     the lanes of the result, opened wide, as far as the page itself is concerned
//! history   the results that this browser keeps, and what is dropped or pasted
//! page      theme, sheet, notices, announcement
//! server    what can be run and where, and whether the server answers
//! carried   results that came in a link or a file
//! compare   what the result on show is compared with
//! share     the link that carries what is on show, and the other ways to hand it on
//! address   the address bar; no part of the view draws it
//! pace      when what has changed is drawn
//! ```
//!
//! The views of a subject are in `view` under the same name. A part takes its own actions by an exhaustive match. What concerns
//! several parts is a method of [`State`], in the file of the subject that it begins in.

mod address;
mod carried;
mod code;
mod compare;
mod compose;
mod effect;
mod form;
mod history;
mod lanes;
mod pace;
mod page;
mod place;
mod result;
mod run;
mod server;
mod share;
pub mod shown;

pub use self::address::HistoryEntry;
pub use self::carried::CarriedPart;
pub use self::code::{CodeAction, CodePart};
pub use self::compare::{CompareAction, ComparePart, Side};
pub use self::compose::ComposePart;
pub use self::effect::Effect;
pub use self::form::{FormAction, FormPart};
pub use self::history::{HistoryAction, HistoryPart, MOST_BYTES};
pub use self::lanes::{LanesAction, LanesAddress};
pub use self::pace::Drawn;
pub use self::page::{Notice, PageAction, PagePart};
pub use self::place::{Address, Place};
pub use self::result::{ResultAction, ResultPart};
pub use self::run::{RunAction, RunPart};
pub use self::server::{ServerMessage, ServerPart};
pub use self::share::{ShareAction, SharePart, Sharing};
pub use self::shown::{Connection, Origin, Shown};

use self::address::AddressPart;
use self::effect::Reaction;
use self::pace::Pace;
use crate::keeper::KeeperReply;
use crate::painter::Reply;

/// Everything that the page shows.
#[derive(Debug, Default)]
pub struct State {
    /// What is being asked for.
    pub form: FormPart,
    /// The steps of its program.
    pub compose: ComposePart,
    /// What is run, or was.
    pub run: RunPart,
    /// What is looked at in the result.
    pub result: ResultPart,
    /// The code of what is run.
    pub code: CodePart,
    /// What came in a link or a file.
    pub carried: CarriedPart,
    /// What the result is compared with.
    pub compare: ComparePart,
    /// How it is handed on.
    pub share: SharePart,
    /// What is about the page as a whole.
    pub page: PagePart,
    /// Where in the page one is.
    pub place: Place,
    /// The results that this browser keeps.
    pub history: HistoryPart,
    /// What the server can do.
    pub server: ServerPart,
    /// Milliseconds by this browser's clock; the app reads it before each action.
    pub now: f64,
    address: AddressPart,
    pace: Pace,
}

/// What can happen.
#[derive(Debug)]
pub enum Action {
    /// A person did something.
    User(UserAction),
    /// The server said something, or nothing.
    Server(ServerMessage),
    /// The painter has answered; `None` if there is none and will be none.
    Painted(Option<Reply>),
    /// The keeper has answered; `None` if there is none and will be none.
    Kept(Option<KeeperReply>),
    /// The time has passed that [`Effect::Wake`] asked for.
    Wake,
    /// Whether the page can be seen: not in a tab behind another one, or in a window that is put away.
    Seen(bool),
}

/// What a person did, by the subject that it is about; or what an action of theirs has led to.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each is explained at its own type")]
pub enum UserAction {
    Form(FormAction),
    Run(RunAction),
    Result(ResultAction),
    Code(CodeAction),
    Lanes(LanesAction),
    History(HistoryAction),
    Compare(CompareAction),
    Share(ShareAction),
    Page(PageAction),
    /// Do this to the program that is being composed: an edit, as `charts` has put it into the markup.
    Edit(String),
    /// The Esc key: closes the form on a phone or the presets, or cancels the run.
    Escape,
    /// Go to another part of the page.
    Go(Place),
    /// Back or forward, or another fragment: the address bar holds this now.
    Navigate(Address),
}

/// Views name the action of a subject; this makes it one of the page.
macro_rules! of_subject {
    ($($subject:ident: $action:ident),*) => {$(
        impl From<$action> for UserAction {
            fn from(action: $action) -> Self {
                Self::$subject(action)
            }
        }
    )*};
}

of_subject!(
    Form: FormAction,
    Run: RunAction,
    Result: ResultAction,
    Code: CodeAction,
    Lanes: LanesAction,
    History: HistoryAction,
    Compare: CompareAction,
    Share: ShareAction,
    Page: PageAction
);

impl State {
    /// The state of a page that was opened at this address, and what to do first.
    #[must_use]
    pub fn open(address: Address, theme: Option<&'static str>) -> (Self, Vec<Effect>) {
        let mut state = Self::default();
        let mut reaction = Reaction::default();
        [Effect::LoadCatalog, Effect::LoadHere].into_iter().for_each(|effect| reaction.effect(effect));
        state.page.theme = theme;
        state.place = address.place();
        state.run.awaits_sample = address == Address::of("/", "");
        if state.run.awaits_sample {
            reaction.effect(Effect::LoadSample);
        }
        if state.place == Place::History {
            state.show_history(&mut reaction);
        }
        state.read_address(address, &mut reaction);
        (state, reaction.effects)
    }

    /// Takes what happened; what must happen outside because of it. What is to be drawn anew is in [`Self::drawn`].
    pub fn apply(&mut self, action: Action) -> Vec<Effect> {
        let mut reaction = Reaction::default();
        match action {
            Action::User(action) => {
                self.apply_user(action, &mut reaction);
                self.change_page(&mut reaction);
            }
            Action::Server(message) => self.apply_server(message, &mut reaction),
            Action::Painted(answer) => self.take_painted(answer, &mut reaction),
            Action::Kept(answer) => {
                self.take_kept(answer, &mut reaction);
                self.change_page(&mut reaction);
            }
            Action::Wake => self.pace.wake(self.now, self.run.is_going_on()),
            Action::Seen(seen) => {
                self.pace.show(seen);
                // Another tab may have changed it meanwhile.
                if seen {
                    self.show_history(&mut reaction);
                }
            }
        }
        if self.pace.draw(self.now, self.run.is_going_on(), &mut reaction) {
            self.paint(&mut reaction);
        }
        if let Some(words) = reaction.announcement {
            self.page.announcement = words;
        }
        reaction.effects
    }

    /// Whether there is something to show: a form to fill, or a result.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        let something = self.server.catalog.is_some() || self.run.shown().is_some();
        something && !self.run.awaits_sample && !self.carried.is_opening()
    }

    /// How often each part of the page was due to be drawn.
    #[must_use]
    pub fn drawn(&self) -> Drawn {
        self.pace.drawn
    }

    /// Anything may have changed: what follows from the rest of the state is made to, and everything is drawn.
    fn change_page(&mut self, reaction: &mut Reaction) {
        self.want_sources(reaction);
        self.want_told(reaction);
        self.want_composer(reaction);
        self.write_address(reaction);
        self.form.estimate(&self.run);
        self.pace.change_page();
    }

    fn apply_user(&mut self, action: UserAction, reaction: &mut Reaction) {
        match action {
            // What the form's keys mean is meant where the form is seen.
            UserAction::Form(FormAction::Undo) if self.place == Place::History => {
                self.apply_history(HistoryAction::Undo, reaction);
            }
            UserAction::Run(RunAction::Start) if self.place == Place::History || self.lanes_of().is_some() => {}
            UserAction::Form(action) => {
                // Without a catalogue there is no form to do anything to.
                if let Some(catalog) = self.server.catalog.as_deref() {
                    self.address.edit(&action);
                    self.form.apply(action, catalog, reaction);
                }
            }
            UserAction::Edit(edit) => self.take_edit(edit, reaction),
            UserAction::Run(action) => self.apply_run(action, reaction),
            UserAction::Result(action) => self.apply_result(action, reaction),
            UserAction::Code(action) => self.apply_code(action, reaction),
            UserAction::Lanes(action) => self.apply_lanes(action, reaction),
            UserAction::History(action) => self.apply_history(action, reaction),
            UserAction::Compare(action) => self.apply_compare(action, reaction),
            UserAction::Share(action) => self.apply_share(action, reaction),
            UserAction::Page(action) => {
                // What was copied may have been code.
                if matches!(action, PageAction::ForgetCopied) {
                    self.code.copied = None;
                }
                self.page.apply(action, reaction);
            }
            UserAction::Escape if self.share.menu => self.apply_share(ShareAction::ShowMenu(false), reaction),
            UserAction::Escape if self.page.sheet => self.page.sheet = false,
            UserAction::Escape if self.form.all_presets => {
                self.form.all_presets = false;
                reaction.effect(Effect::Focus("all-presets".to_owned()));
            }
            UserAction::Escape if self.place == Place::History => {}
            UserAction::Escape if self.lanes_of().is_some() => self.apply_lanes(LanesAction::Close, reaction),
            UserAction::Escape => self.run.cancel(reaction),
            UserAction::Go(place) => self.go(place, reaction),
            UserAction::Navigate(address) => self.navigate(address, reaction),
        }
    }
}
