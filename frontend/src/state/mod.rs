//! What the page knows, and how it changes: one state and one `apply`, each made of a part per subject. No browser, no yew:
//! whatever must happen outside is an [`Effect`].
//!
//! ```text
//! form      the draft and what it means: experiment or problems, plan, preset, estimate
//! run       the run or sample on show, how it is asked for and followed
//! result    what is open and pointed at in it
//! code      the sources of the form's workload, and what of them is shown
//! page      theme, sheet, notices, announcement
//! server    what can be run and where, and whether the server answers
//! address   the address bar; no part of the view draws it
//! pace      when what has changed is drawn
//! ```
//!
//! The views of a subject are in `view` under the same name. A part takes its own actions by an exhaustive match. What concerns
//! several parts is a method of [`State`], in the file of the subject that it begins in.

mod address;
mod code;
mod effect;
mod form;
mod pace;
mod page;
mod result;
mod run;
mod server;
pub mod shown;

pub use self::address::HistoryEntry;
pub use self::code::{CodeAction, CodePart};
pub use self::effect::Effect;
pub use self::form::{FormAction, FormPart};
pub use self::pace::Drawn;
pub use self::page::{Notice, PageAction, PagePart};
pub use self::result::{ResultAction, ResultPart};
pub use self::run::{RunAction, RunPart};
pub use self::server::{ServerMessage, ServerPart};
pub use self::shown::{Connection, Origin, Shown};

use self::address::AddressPart;
use self::effect::Reaction;
use self::pace::Pace;
use crate::painter::Reply;

/// Everything that the page shows.
#[derive(Debug, Default)]
pub struct State {
    /// What is being asked for.
    pub form: FormPart,
    /// What is run, or was.
    pub run: RunPart,
    /// What is looked at in the result.
    pub result: ResultPart,
    /// The code of what is run.
    pub code: CodePart,
    /// What is about the page as a whole.
    pub page: PagePart,
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
    Page(PageAction),
    /// The Esc key: closes the form on a phone or the presets, or cancels the run.
    Escape,
    /// Back or forward: the address bar holds another path and query now.
    Navigate(String, String),
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

of_subject!(Form: FormAction, Run: RunAction, Result: ResultAction, Code: CodeAction, Page: PageAction);

impl State {
    /// The state of a page that was opened at this path and query, and what to do first.
    #[must_use]
    pub fn open(path: String, query: String, theme: Option<&'static str>) -> (Self, Vec<Effect>) {
        let mut state = Self::default();
        let mut effects = vec![Effect::LoadCatalog, Effect::LoadHere];
        state.page.theme = theme;
        state.run.awaits_sample = path.trim_matches('/').is_empty() && query.is_empty();
        if state.run.awaits_sample {
            effects.push(Effect::LoadSample);
        }
        state.address = AddressPart::opened_at(path, query);
        (state, effects)
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
            Action::Wake => self.pace.wake(self.now, self.run.is_going_on()),
            Action::Seen(seen) => self.pace.show(seen),
        }
        if self.pace.draw(self.now, self.run.is_going_on(), &mut reaction) {
            self.paint(&mut reaction);
        }
        if let Some(words) = reaction.announcement {
            self.page.announcement = words;
        }
        reaction.effects
    }

    /// How often each part of the page was due to be drawn.
    #[must_use]
    pub fn drawn(&self) -> Drawn {
        self.pace.drawn
    }

    /// Anything may have changed: what follows from the rest of the state is made to, and everything is drawn.
    fn change_page(&mut self, reaction: &mut Reaction) {
        self.want_sources(reaction);
        self.write_address(reaction);
        self.form.estimate(&self.run);
        self.pace.change_page();
    }

    fn apply_user(&mut self, action: UserAction, reaction: &mut Reaction) {
        match action {
            UserAction::Form(action) => {
                // Without a catalogue there is no form to do anything to.
                if let Some(catalog) = self.server.catalog.as_deref() {
                    self.address.edit(&action);
                    self.form.apply(action, catalog, reaction);
                }
            }
            UserAction::Run(action) => self.apply_run(action, reaction),
            UserAction::Result(action) => self.apply_result(action, reaction),
            UserAction::Code(action) => self.apply_code(action, reaction),
            UserAction::Page(action) => {
                // What was copied may have been code.
                if matches!(action, PageAction::ForgetCopied) {
                    self.code.copied = None;
                }
                self.page.apply(action, reaction);
            }
            UserAction::Escape if self.page.sheet => self.page.sheet = false,
            UserAction::Escape if self.form.all_presets => {
                self.form.all_presets = false;
                reaction.effect(Effect::Focus("all-presets".to_owned()));
            }
            UserAction::Escape => self.run.cancel(reaction),
            UserAction::Navigate(path, query) => self.navigate(path, query, reaction),
        }
    }
}
