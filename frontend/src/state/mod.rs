//! What the page knows, and how it changes: one state, one `apply`. No browser, no yew: whatever must happen outside is an [`Effect`].

mod address;
mod form;
mod server;
pub mod shown;

use std::rc::Rc;

use protocol::catalog::Source;
use protocol::{Catalog, Draft, Experiment, Here, Problem, RunEvent};

pub use self::address::Entry;
pub use self::shown::{Connection, Origin, Recorded, RunSeen, Shown};
use crate::web::api::Failure;

/// Everything that the page shows.
#[derive(Debug, Default)]
pub struct State {
    /// What can be run; `None` until the server has said so.
    pub catalog: Option<Rc<Catalog>>,
    /// Where it would be run.
    pub here: Option<Here>,
    /// Whether the server does not answer.
    pub away: bool,
    /// The form.
    pub draft: Draft,
    /// Drafts that a preset, a reset or another workload replaced, newest last.
    pub replaced: Vec<Draft>,
    /// Things to say once, above everything else.
    pub notices: Vec<Notice>,
    /// The result in the main column, of a run or of the sample.
    pub shown: Option<Shown>,
    /// Whether the sample is asked for and has not come yet: until then nothing is drawn that it would move.
    pub awaits_sample: bool,
    /// The run that is asked for and has not come yet.
    pub wanted: Option<String>,
    /// Whether an experiment is on its way to the server.
    pub sending: bool,
    /// The code of the draft's workload; empty until it has come.
    pub sources: Listing,
    /// The trial whose details are open, by its place in the plan.
    pub open_trial: Option<u64>,
    /// The trial that is pointed at in the chart.
    pub pointed: Option<u64>,
    /// Whether the form is open over the page (on a phone).
    pub sheet: bool,
    /// Whether the chart of trials is shown as a table.
    pub as_table: bool,
    /// Whether the code is shown from end to end.
    pub whole_files: bool,
    /// Whether the variants are unfolded.
    pub variants: bool,
    /// The field that is being typed into, and what stands in it: shown as typed, not as read.
    pub typing: Option<(String, String)>,
    /// The stored choice of theme; `None` goes by the system's.
    pub theme: Option<&'static str>,
    /// What happened to the last wish to copy the link.
    pub copied: Option<bool>,
    /// What a screen reader says next.
    pub announcement: String,
    /// Milliseconds by this browser's clock; the app reads it before each action.
    pub now: f64,
    place: Place,
}

/// The address bar, and what has been read from it.
#[derive(Debug, Default)]
struct Place {
    /// Path and query that wait for the catalogue to be read with.
    opening: Option<(String, String)>,
    /// What the address bar holds.
    written: String,
}

/// The sources of a workload.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Of which workload; asked for, at least.
    pub workload: String,
    /// The files, once they have come.
    pub files: Rc<Vec<Source>>,
}

/// Something to say once.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// A link could not be read in full.
    Link(Vec<Problem>),
    /// The link's run is not known here.
    UnknownRun(String),
    /// The server said no.
    Refused(String, Vec<Problem>),
}

/// What can happen.
#[derive(Debug)]
pub enum Action {
    /// A person did something.
    Did(Deed),
    /// The server said something, or nothing.
    Heard(News),
}

/// What the server said; or that it says nothing, or that it is time to ask again.
#[derive(Debug)]
pub enum News {
    /// What can be run.
    Catalog(Result<Box<Catalog>, Failure>),
    /// See [`Here`].
    Here(Result<Box<Here>, Failure>),
    /// The recorded sample, where there is one.
    Sample(Result<Box<Recorded>, Failure>),
    /// The code of a workload.
    Sources(String, Result<Vec<Source>, Failure>),
    /// What was asked of a run, and the answer.
    Run(Asked, Result<Box<RunSeen>, Failure>),
    /// The picture of a sweep, by its run.
    Sweep(String, Result<String, Failure>),
    /// An entry of the followed run's log.
    Event(Box<RunEvent>),
    /// The stream of events broke.
    StreamBroke,
    /// It is time to ask a server that was away, or a stream that broke, again.
    Retry,
}

/// What a person did; or what a deed of theirs has come to.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Time has passed.
    Tick,
    /// Something was typed into a field.
    Type(String, String),
    /// A slider was moved: as typing, but many times a second.
    Slide(String, String),
    /// The field that was typed into lost the focus.
    Typed,
    /// A model was switched on or off.
    Toggle(String),
    /// Another workload was chosen.
    Workload(String),
    /// A preset was chosen, by its place in the catalogue.
    Preset(usize),
    /// Every field back to its default.
    Reset,
    /// The replaced draft again.
    Undo,
    /// Run what is in the form.
    Start,
    /// Run what the shown result is of.
    StartShown,
    /// Cancel the run that is going on.
    Cancel,
    /// The Esc key: closes what is open, or cancels.
    Escape,
    /// Open a trial's details, or close them.
    OpenTrial(Option<u64>),
    /// Point at a trial in the chart.
    Point(Option<u64>),
    /// Point at the next or an earlier trial in the chart.
    PointBy(i64),
    /// Open the help.
    Help,
    /// Open or close the form on a phone.
    Sheet(bool),
    /// Show the chart as a table, or as a chart.
    AsTable(bool),
    /// Show the code from end to end, or each file in a window of its own.
    WholeFiles(bool),
    /// Unfold or fold the variants.
    Variants(bool),
    /// Change between light and dark; the argument says what the system asks for.
    Theme {
        /// Whether the system asks for dark.
        system_is_dark: bool,
    },
    /// Copy the link.
    Copy,
    /// Whether it was copied.
    Copied(bool),
    /// The words about copying have been there long enough.
    CopiedSeen,
    /// The notice at this place has been read.
    Dismiss(usize),
    /// Back or forward: the address bar holds something else now.
    Moved(String, String),
}

/// What was asked of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To begin.
    Start,
    /// To be shown.
    Open,
    /// How it stands after a broken stream.
    Resume,
    /// To stop.
    Cancel,
}

/// What must happen outside.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each is what the app does with it, and its answer is the action of that name")]
pub enum Effect {
    LoadCatalog,
    LoadHere,
    LoadSample,
    LoadSources(String),
    Start(Box<Experiment>),
    LoadRun(Asked, String),
    /// The picture of a sweep, by its run.
    LoadSweep(String),
    Cancel(String),
    /// Follow a run's events after this one.
    Follow(String, u64),
    Unfollow,
    /// [`News::Retry`] in about a second.
    RetryLater,
    /// Write the address bar.
    Address(String, Entry),
    Copy,
    Focus(String),
    /// Open the help.
    Help,
    Theme(Option<&'static str>),
}

impl State {
    /// The state of a page that was opened at this path and query, and what to do first.
    #[must_use]
    pub fn open(path: String, query: String, theme: Option<&'static str>) -> (Self, Vec<Effect>) {
        let mut effects = vec![Effect::LoadCatalog, Effect::LoadHere];
        let awaits_sample = path.trim_matches('/').is_empty() && query.is_empty();
        if awaits_sample {
            effects.push(Effect::LoadSample);
        }
        let place = Place { opening: Some((path, query)), written: String::new() };
        (Self { theme, place, awaits_sample, ..Self::default() }, effects)
    }

    /// Takes what happened; what must happen outside because of it.
    pub fn apply(&mut self, action: Action) -> Vec<Effect> {
        let mut effects = Vec::new();
        let entry = match action {
            Action::Did(deed) => self.take_deed(deed, &mut effects),
            Action::Heard(news) => self.take_news(news, &mut effects),
        };
        self.want_sources(&mut effects);
        self.write_address(entry, &mut effects);
        effects
    }

    fn take_deed(&mut self, deed: Deed, effects: &mut Vec<Effect>) -> Entry {
        match deed {
            // The clock was read before: see `now`.
            Deed::Tick => Entry::Same,
            Deed::Moved(path, query) => {
                self.moved(path, query, effects);
                Entry::Same
            }
            Deed::Start => self.start(effects),
            Deed::StartShown => self.start_shown(effects),
            Deed::Escape if self.sheet => {
                self.sheet = false;
                Entry::Same
            }
            Deed::Cancel | Deed::Escape => {
                let id = self.shown.as_ref().filter(|shown| shown.is_going_on()).and_then(Shown::id);
                effects.extend(id.map(|id| Effect::Cancel(id.to_owned())));
                Entry::Same
            }
            Deed::Theme { system_is_dark } => {
                let is_dark = self.theme.map_or(system_is_dark, |theme| theme == "dark");
                // Back on what the system asks for, the page goes along with the system again.
                self.theme = match (is_dark, system_is_dark) {
                    (true, true) => Some("light"),
                    (false, false) => Some("dark"),
                    _ => None,
                };
                effects.push(Effect::Theme(self.theme));
                Entry::Same
            }
            Deed::Copy | Deed::Help => {
                effects.push(if matches!(deed, Deed::Help) { Effect::Help } else { Effect::Copy });
                Entry::Same
            }
            deed => self.take_deed_on_the_page(deed),
        }
    }

    /// What changes the page alone, or the form.
    fn take_deed_on_the_page(&mut self, deed: Deed) -> Entry {
        match deed {
            Deed::OpenTrial(order) => self.open_trial = order,
            Deed::Point(order) => self.pointed = order,
            Deed::PointBy(step) => {
                self.pointed = self.shown.as_ref().and_then(|shown| shown.next_good(self.pointed, step));
            }
            Deed::Sheet(open) => self.sheet = open,
            Deed::AsTable(table) => self.as_table = table,
            Deed::WholeFiles(whole) => self.whole_files = whole,
            Deed::Variants(open) => self.variants = open,
            Deed::Typed => self.typing = None,
            Deed::Copied(copied) => {
                self.copied = Some(copied);
                let words = if copied { "Link copied." } else { "The link could not be copied: it is in the address bar." };
                self.announcement = words.to_owned();
            }
            Deed::CopiedSeen => self.copied = None,
            Deed::Dismiss(index) if index < self.notices.len() => drop(self.notices.remove(index)),
            deed => return self.take_deed_on_the_form(deed),
        }
        Entry::Same
    }
}
