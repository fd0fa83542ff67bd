//! The lanes of the result on show, opened wide. They are drawn by a module of their own, which is loaded when they are opened:
//! here is what it needs to know, and what it tells. How they are looked at is a part of the result's view, and so of the link.

use protocol::catalog::Show;
use protocol::link::Line;
use protocol::plan::Role;
use protocol::{Trial, Value};

use super::carried::Carries;
use super::effect::Reaction;
use super::{HistoryEntry, Notice, Origin, Place, Shown, State};
use crate::edition::Edition;

/// What a person does to the lanes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LanesAction {
    /// Open them.
    Open,
    /// Back to the result.
    Close,
    /// They are looked at like this.
    View(String),
    /// This line is to be seen in the code.
    Show(Line),
    /// Measure what is on show again, with lanes.
    Record,
    /// Their module could not be loaded.
    Fail,
}

impl LanesAction {
    /// What the module tells, as it tells it: a word, and what it is about.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (word, about) = text.split_once(' ').unwrap_or((text, ""));
        Some(match word {
            "view" => Self::View(about.to_owned()),
            "show" => Self::Show(Line::read(about)?),
            "close" => Self::Close,
            _ => return None,
        })
    }
}

/// Where lanes are had from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LanesAddress {
    /// Their columns; empty if nobody has them.
    pub columns: String,
    /// The same for other viewers.
    pub trace: String,
    /// Whether a part of the time can be asked for.
    pub in_parts: bool,
}

impl Shown {
    /// The traced trials that came to a result: those that have lanes.
    pub fn traced(&self) -> impl Iterator<Item = &Trial> {
        self.run.trials.iter().filter(|trial| trial.planned.role == Role::Traced && trial.is_ok())
    }

    /// Whether there is something of which lanes can be recorded: it is over, one point alone, and not all of it was refused.
    #[must_use]
    pub fn may_have_lanes(&self) -> bool {
        !self.is_going_on() && self.experiment().sweep.is_none() && self.run.trials.iter().any(Trial::is_ok)
    }

    /// Whether it has lanes that can be opened.
    #[must_use]
    pub fn has_lanes(&self) -> bool {
        self.may_have_lanes() && self.traced().next().is_some()
    }
}

impl State {
    /// The result whose lanes are on show; `None` while they are not open, or it has none.
    #[must_use]
    pub fn lanes_of(&self) -> Option<&Shown> {
        let is_open = self.place == Place::Run && self.result.view().lanes.is_some();
        self.run.shown().filter(|shown| is_open && shown.has_lanes())
    }

    /// Where the lanes of a result are had from.
    #[must_use]
    pub fn lanes_source(&self, shown: &Shown) -> LanesAddress {
        if !shown.lanes.is_empty() {
            return LanesAddress { columns: shown.lanes.clone(), ..LanesAddress::default() };
        }
        let is_served = self.server.edition == Edition::Served;
        let stem = match (self.carried.stored_id(shown), shown.id()) {
            (Some(id), _) => format!("r/{id}"),
            (None, Some(id)) if is_served && shown.origin != Origin::Sample => {
                let (columns, trace) = (format!("api/runs/{id}/lanes"), format!("api/runs/{id}/trace.json"));
                return LanesAddress { columns, trace, in_parts: true };
            }
            _ => return LanesAddress::default(),
        };
        let trace = if is_served { format!("{stem}.trace.json") } else { String::new() };
        LanesAddress { columns: format!("{stem}.lanes"), trace, in_parts: is_served }
    }

    pub(super) fn apply_lanes(&mut self, action: LanesAction, reaction: &mut Reaction) {
        match action {
            LanesAction::Open => {
                let is_new = self.result.view().lanes.is_none();
                if !is_new || !self.run.shown().is_some_and(|shown| shown.has_lanes()) {
                    return;
                }
                self.result.look_at_lanes(Some(String::new()));
                reaction.history = HistoryEntry::Push;
                reaction.announce("The lanes are open.");
            }
            LanesAction::Close => {
                if self.close_lanes() {
                    reaction.history = HistoryEntry::Push;
                }
            }
            LanesAction::View(text) => {
                if self.lanes_of().is_some() && protocol::View::can_be_lanes(&text) {
                    self.result.look_at_lanes(Some(text));
                    reaction.history = HistoryEntry::ReplaceSoon;
                }
            }
            LanesAction::Show(line) => {
                (self.code.show, self.code.unfolded) = (Show::Whole, true);
                if !self.sides().contains(&line.model.as_str()) {
                    self.code.put_left(line.model);
                }
            }
            LanesAction::Record => {
                self.start_shown([("lanes".to_owned(), Value::Text("on".to_owned()))].into(), reaction);
            }
            LanesAction::Fail => {
                self.close_lanes();
                let words = "The lanes could not be opened: the part of the page that draws them did not load.";
                self.page.say(Notice::NotOpened(words.to_owned()));
            }
        }
    }

    /// Whether they were open.
    pub(super) fn close_lanes(&mut self) -> bool {
        self.result.look_at_lanes(None)
    }
}

impl super::CarriedPart {
    /// The id under which a server stores this result, if it came by that.
    fn stored_id(&self, shown: &Shown) -> Option<&str> {
        match self.address_of(shown)?.carries()? {
            Carries::Stored(id) => Some(id),
            Carries::Text => None,
        }
    }
}
