//! What is looked at in the result: the trial that is open, which pictures are shown as tables, and the [`View`] that it is
//! drawn by. What is told of a trial, and of how it was measured, the painter writes when somebody opens it.

use charts::conditions::Facts;
use protocol::View;
use protocol::view::{LatencyForm, Sort};

use super::effect::Reaction;
use super::{Effect, HistoryEntry, Notice, Shown, State};
use crate::edition::Edition;
use crate::painter::{ConditionFacts, ExportForm, Reply, Request};

/// What is looked at in the result.
#[derive(Debug, Default)]
pub struct ResultPart {
    /// The trial whose details are open, by its place in the plan.
    pub open_trial: Option<u64>,
    /// The pictures that are shown as tables, by their ids.
    pub tables: Vec<String>,
    /// What it is drawn by. A part of the link.
    view: View,
    /// What is told of the trial that is open; empty until it is.
    pub trial: String,
    /// What that is known by.
    trial_ticket: u32,
    /// Of which result and trial that is.
    told_of: Option<(u32, u64)>,
    /// Whether the conditions are open.
    conditions_open: bool,
    /// What is told of them then; empty until it is.
    pub conditions: String,
}

/// What a person does to the result.
#[derive(Clone, Debug)]
pub enum ResultAction {
    /// Open a trial's details, or close them.
    OpenTrial(Option<u64>),
    /// Open the conditions, or close them.
    OpenConditions(bool),
    /// Show a picture as a table, or as a picture again.
    SwitchTable(String),
    /// Chart and verdict are to be about this quantity, by its key.
    Choose(String),
    /// Compare the models with this one; with what the result suggests if it is that already.
    Compare(String),
    /// Sort the table of figures by this quantity: the greatest first, then the least, then as in the form. As in the form at
    /// once if none is named.
    SortBy(String),
    /// Keep a quantity's chart beside the others, or take it away.
    Pin(String),
    /// Draw latency like this.
    DrawLatency(LatencyForm),
    /// Give out a picture in this form.
    Export(String, ExportForm),
}

impl State {
    pub(super) fn apply_result(&mut self, action: ResultAction, reaction: &mut Reaction) {
        if let ResultAction::Export(id, form) = action {
            return reaction.effect(Effect::Paint(Request::Export(id, form)));
        }
        let headline = self.pictured().map(Shown::headline).unwrap_or_default().to_owned();
        if self.result.apply(action, &headline) {
            self.address.look();
            self.pace.change_drawing();
            reaction.history = HistoryEntry::Replace;
        }
    }

    /// The result is looked at as a link says.
    pub(super) fn look(&mut self, view: View) {
        if self.result.look(view) && self.run.shown().is_some() {
            self.pace.change_drawing();
        }
    }

    /// Whether the pictures are of the result as it is, and not of how it was a moment ago.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        self.pace.is_drawn()
    }

    /// Asks the painter for the result on show.
    pub(super) fn paint(&mut self, reaction: &mut Reaction) {
        if self.run.lacks_its_log() {
            reaction.effect(Effect::LoadSampleLog);
            return self.pace.take_drawing(self.now);
        }
        let request = match self.theirs() {
            Some(_) => self.draw_compared(),
            None => self.run.draw(self.result.view()),
        };
        match request {
            Some(request) => reaction.effect(Effect::Paint(request)),
            None => self.pace.take_drawing(self.now),
        }
    }

    /// What explains how the result on show was measured; how what is in the form would be, if there is none.
    #[must_use]
    pub fn facts(&self) -> Option<Facts<'_>> {
        if let Some(shown) = self.run.shown() {
            return Some(Facts::of_run(&shown.run));
        }
        // Nothing would be measured on the machine that wrote the files.
        let here = self.server.here.as_ref().filter(|_| self.server.edition == Edition::Served)?;
        Some(Facts::of(self.server.catalog.as_deref()?, self.form.experiment()?, &here.machine, &here.build))
    }

    /// Has the painter tell of what is open, unless it has.
    pub(super) fn want_told(&mut self, reaction: &mut Reaction) {
        if self.result.conditions_open
            && let Some(facts) = self.facts()
        {
            reaction.effect(Effect::Paint(Request::Conditions(Box::new(ConditionFacts::of(&facts)))));
        }
        self.want_trial(reaction);
    }

    /// The same of the trial that is open, as soon as it has ended.
    pub(super) fn want_trial(&mut self, reaction: &mut Reaction) {
        let (shown, order) = (self.run.shown(), self.result.open_trial);
        let ended = shown.zip(order).filter(|(shown, order)| shown.run.trial(*order).is_some());
        let of = ended.map(|(shown, order)| (shown.ticket, order));
        if self.result.told_of == of {
            return;
        }
        let log = ended.map(|(shown, _)| shown.frames().to_vec());
        (self.result.told_of, self.result.trial) = (of, String::new());
        if let (Some(log), Some((_, order))) = (log, of) {
            let ticket = self.run.next_ticket();
            self.result.trial_ticket = ticket;
            reaction.effect(Effect::Paint(Request::Trial { ticket, log, order }));
        }
    }

    pub(super) fn take_painted(&mut self, answer: Option<Reply>, reaction: &mut Reaction) {
        match answer {
            Some(Reply::Drawn(ticket, drawing)) => {
                self.pace.take_drawing(self.now);
                self.compare.take_drawing(ticket, &drawing);
                self.run.take_drawing(ticket, *drawing);
            }
            Some(Reply::Trial(ticket, text)) if ticket == self.result.trial_ticket => {
                self.result.trial = text;
                self.pace.change_page();
            }
            // Of one that was open before.
            Some(Reply::Trial(..)) => {}
            Some(Reply::Conditions(text)) => {
                self.result.conditions = text;
                self.pace.change_page();
            }
            Some(Reply::Exported(id, form, text)) => {
                let name = self.run.shown().map(|shown| shown.experiment().workload.as_str()).unwrap_or_default();
                reaction.effect(Effect::GiveOut(format!("{name}-{id}"), form, text));
            }
            Some(Reply::Composed(ticket, composed)) => self.take_composed(ticket, *composed, reaction),
            Some(Reply::Text(text)) => self.take_text(text, reaction),
            None => {
                self.pace.take_drawing(self.now);
                self.page.say(Notice::NoPainter);
                self.change_page(reaction);
            }
        }
    }
}

impl ResultPart {
    /// What it is drawn by.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Whether it is drawn by another view from now on. Its lanes are drawn elsewhere.
    pub(super) fn look(&mut self, view: View) -> bool {
        let before = std::mem::replace(&mut self.view, view);
        View { lanes: self.view.lanes.clone(), ..before } != self.view
    }

    /// Its lanes are looked at like this; whether they are open, or were.
    pub(super) fn look_at_lanes(&mut self, lanes: Option<String>) -> bool {
        let before = std::mem::replace(&mut self.view.lanes, lanes);
        before.is_some() || self.view.lanes.is_some()
    }

    /// Takes an action; whether it is drawn by another view from now on. `headline` is the key of the result's own quantity.
    pub(super) fn apply(&mut self, action: ResultAction, headline: &str) -> bool {
        let mut view = self.view.clone();
        match action {
            ResultAction::OpenTrial(order) => self.open_trial = order,
            ResultAction::OpenConditions(open) => {
                self.conditions_open = open;
                if !open {
                    self.conditions = String::new();
                }
            }
            ResultAction::SwitchTable(id) => toggle(&mut self.tables, id),
            ResultAction::Choose(key) => view.quantity = Some(key).filter(|key| key != headline),
            ResultAction::Compare(model) => view.base = Some(model).filter(|model| view.base.as_ref() != Some(model)),
            ResultAction::SortBy(key) if key.is_empty() => view.sort = None,
            ResultAction::SortBy(key) => view.sort = next_sort(view.sort.take(), key),
            ResultAction::Pin(key) => toggle(&mut view.pinned, key),
            ResultAction::DrawLatency(form) => view.latency = form,
            // The state's: something happens outside.
            ResultAction::Export(..) => {}
        }
        self.look(view)
    }
}

fn toggle(list: &mut Vec<String>, item: String) {
    match list.iter().position(|one| *one == item) {
        Some(at) => drop(list.remove(at)),
        None => list.push(item),
    }
}

fn next_sort(before: Option<Sort>, key: String) -> Option<Sort> {
    match before.filter(|sort| sort.key == key) {
        None => Some(Sort { key, descending: true }),
        Some(Sort { descending: true, .. }) => Some(Sort { key, descending: false }),
        Some(_) => None,
    }
}
