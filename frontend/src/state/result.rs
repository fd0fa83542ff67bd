//! What is looked at in the result: the trial that is open, which pictures are shown as tables, and the [`View`] that it is drawn by.

use protocol::View;
use protocol::view::{LatencyForm, Sort};

use super::effect::Reaction;
use super::{Effect, HistoryEntry, Notice, Shown, State};
use crate::painter::{ExportForm, Reply, Request};

/// What is looked at in the result.
#[derive(Debug, Default)]
pub struct ResultPart {
    /// The trial whose details are open, by its place in the plan.
    pub open_trial: Option<u64>,
    /// The pictures that are shown as tables, by their ids.
    pub tables: Vec<String>,
    /// What it is drawn by. A part of the link.
    view: View,
}

/// What a person does to the result.
#[derive(Clone, Debug)]
pub enum ResultAction {
    /// Open a trial's details, or close them.
    OpenTrial(Option<u64>),
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
        let headline = self.run.shown().map(Shown::headline).unwrap_or_default().to_owned();
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
        match self.run.draw(self.result.view()) {
            Some(request) => reaction.effect(Effect::Paint(request)),
            None => self.pace.take_drawing(self.now),
        }
    }

    pub(super) fn take_painted(&mut self, answer: Option<Reply>, reaction: &mut Reaction) {
        match answer {
            Some(Reply::Drawn(ticket, drawing)) => {
                self.pace.take_drawing(self.now);
                self.run.take_drawing(ticket, *drawing);
            }
            Some(Reply::Exported(id, form, text)) => {
                let name = self.run.shown().map(|shown| shown.experiment().workload.as_str()).unwrap_or_default();
                reaction.effect(Effect::GiveOut(format!("{name}-{id}"), form, text));
            }
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

    /// Whether it is drawn by another view from now on.
    pub(super) fn look(&mut self, view: View) -> bool {
        std::mem::replace(&mut self.view, view) != self.view
    }

    /// Takes an action; whether it is drawn by another view from now on. `headline` is the key of the result's own quantity.
    pub(super) fn apply(&mut self, action: ResultAction, headline: &str) -> bool {
        let mut view = self.view.clone();
        match action {
            ResultAction::OpenTrial(order) => self.open_trial = order,
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
