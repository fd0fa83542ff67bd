//! Theirs and mine: the result on show is *B*, and the one that it is compared with is *A*. While B is still being measured, A's
//! pictures stay; then both are drawn over each other.

use std::rc::Rc;

use protocol::Values;
use protocol::drawing::Drawing;

use super::effect::Reaction;
use super::{Effect, HistoryEntry, Notice, Origin, Place, Shown, State};
use crate::keeper::{KeeperRequest, OpenedCapsule};
use crate::painter::Request;

/// What the result on show is compared with.
#[derive(Debug, Default)]
pub struct ComparePart {
    /// A.
    theirs: Option<Shown>,
    /// Both, drawn over each other; empty until they are.
    drawing: Rc<Drawing>,
    /// What the drawing that is asked for last is known by.
    ticket: u32,
    /// What is being taken out of the history.
    loading: Option<Loading>,
}

/// Results on their way out of the history.
#[derive(Debug)]
struct Loading {
    ticket: u32,
    /// The run that is to stand in front, if its result is to come from there too.
    then: Option<String>,
    /// A, once it has come.
    theirs: Option<Shown>,
}

/// One of two results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What is compared with.
    A,
    /// What is compared.
    B,
}

/// What a person does to a comparison.
#[derive(Clone, Debug)]
pub enum CompareAction {
    /// Compare these two runs of the history: A, then B.
    Open(String, String),
    /// A is B, and B is A.
    Swap,
    /// Look at the other one alone.
    Drop(Side),
    /// Run what B is of once more.
    RunAgain,
}

impl ComparePart {
    /// Another A, or none.
    pub(super) fn set(&mut self, theirs: Option<Shown>) {
        self.theirs = theirs;
        self.drawing = Rc::default();
    }

    pub(super) fn take_drawing(&mut self, ticket: u32, drawing: &Drawing) {
        if self.ticket == ticket {
            self.drawing = Rc::new(drawing.clone());
        } else if let Some(theirs) = self.theirs.as_mut().filter(|theirs| theirs.ticket == ticket) {
            theirs.drawing = Rc::new(drawing.clone());
        }
    }
}

impl State {
    /// A, if there are two.
    #[must_use]
    pub fn theirs(&self) -> Option<&Shown> {
        self.run.shown().and(self.compare.theirs.as_ref())
    }

    /// Whether both are there to be compared, and not still measured.
    #[must_use]
    pub fn is_compared(&self) -> bool {
        let measured = self.run.shown().is_some_and(|shown| shown.run.state.is_over() && !shown.run.trials.is_empty());
        measured && self.theirs().is_some()
    }

    /// Whose pictures are shown, or whose words they are in: A's, if there are two.
    #[must_use]
    pub fn pictured(&self) -> Option<&Shown> {
        self.theirs().or(self.run.shown())
    }

    /// The pictures on show.
    #[must_use]
    pub fn drawing(&self) -> Option<&Drawing> {
        let both = Some(&*self.compare.drawing).filter(|both| self.is_compared() && !both.verdict.is_empty());
        both.or(self.pictured().map(|shown| &*shown.drawing))
    }

    pub(super) fn apply_compare(&mut self, action: CompareAction, reaction: &mut Reaction) {
        match action {
            CompareAction::Open(theirs, mine) => {
                let ticket = self.run.next_ticket();
                self.compare.loading = Some(Loading { ticket, then: Some(mine), theirs: None });
                reaction.effect(Effect::AskKeeper(KeeperRequest::Load(ticket, theirs)));
                return;
            }
            CompareAction::RunAgain => return self.start_shown(Values::new(), reaction),
            CompareAction::Swap if self.is_compared() => {
                let mine = self.compare.theirs.take().and_then(|theirs| self.run.show(theirs));
                self.compare.set(mine);
                reaction.announce("A and B are swapped.");
            }
            CompareAction::Drop(Side::A) => self.compare.set(None),
            CompareAction::Drop(Side::B) if !self.run.is_going_on() => {
                if let Some(theirs) = self.compare.theirs.take() {
                    self.run.show(theirs);
                }
                self.compare.set(None);
            }
            CompareAction::Swap | CompareAction::Drop(Side::B) => return,
        }
        self.carried.as_opened = false;
        self.result.open_trial = None;
        self.fill_form(reaction);
        reaction.history = HistoryEntry::Push;
        self.pace.change_drawing();
        self.pace.change_title();
    }

    /// A new run is on show, in the place of this result: one that was recorded is what it is compared with, and whatever that
    /// one was compared with stays. Of different work there is nothing to compare.
    pub(super) fn compare_with(&mut self, before: Option<Shown>) {
        self.carried.as_opened = false;
        let workload = self.run.shown().map(|shown| shown.experiment().workload.clone());
        let is_same = |shown: &Shown| Some(&shown.experiment().workload) == workload.as_ref();
        match self.compare.theirs.take() {
            Some(theirs) => self.compare.set(Some(theirs).filter(is_same)),
            None => {
                let recorded = |shown: &Shown| matches!(shown.origin, Origin::Recorded { .. }) && is_same(shown);
                self.compare.set(before.filter(recorded));
            }
        }
    }

    /// Takes the run that a link says the result is to be compared with, from the link itself or from the history; or no more.
    pub(super) fn compare_with_run(&mut self, run: Option<String>, reaction: &mut Reaction) {
        let same = |shown: &Shown| shown.id() == run.as_deref();
        if self.compare.theirs.as_ref().is_some_and(same) {
            return;
        }
        self.compare.loading = None;
        let carried = self.carried.result(run.as_deref());
        self.pace.change_drawing();
        self.compare.set(carried);
        if let Some(run) = run.filter(|_| self.compare.theirs.is_none()) {
            let ticket = self.run.next_ticket();
            self.compare.loading = Some(Loading { ticket, then: None, theirs: None });
            reaction.effect(Effect::AskKeeper(KeeperRequest::Load(ticket, run)));
        }
    }

    /// The keeper has opened something: whether it was for a comparison.
    pub(super) fn take_loaded(
        &mut self,
        ticket: u32,
        answer: Result<OpenedCapsule, String>,
        reaction: &mut Reaction,
    ) -> Option<Result<OpenedCapsule, String>> {
        let Some(mut loading) = self.compare.loading.take_if(|loading| loading.ticket == ticket) else { return Some(answer) };
        let opened = match answer {
            Ok(capsule) => self.run.opened(capsule.results, self.now).into_iter().next(),
            Err(reason) => {
                self.page.say(Notice::NotOpened(reason));
                return None;
            }
        };
        match loading.then.take() {
            Some(mine) => {
                (loading.ticket, loading.theirs) = (self.run.next_ticket(), opened);
                reaction.effect(Effect::AskKeeper(KeeperRequest::Load(loading.ticket, mine)));
                self.compare.loading = Some(loading);
            }
            None => match (loading.theirs, opened) {
                (Some(theirs), Some(mine)) => {
                    self.show_recorded(mine, reaction);
                    self.compare.set(Some(theirs));
                    self.place = Place::Run;
                    reaction.history = HistoryEntry::Push;
                    reaction.announce("The comparison is there.");
                }
                (_, opened) => {
                    self.compare.set(opened);
                    self.pace.change_drawing();
                }
            },
        }
        None
    }

    /// What the painter is asked for while there are two: both, or A alone while B is measured.
    pub(super) fn draw_compared(&mut self) -> Option<Request> {
        self.theirs()?;
        let view = self.result.view().clone();
        if !self.is_compared() {
            return self.compare.theirs.as_mut().map(|theirs| self.run.draw_of(theirs, &view));
        }
        let (logs, names) = (self.compared().map(|shown| shown.log().to_vec()).collect(), self.called());
        self.compare.ticket = self.run.next_ticket();
        Some(Request::Between { ticket: self.compare.ticket, logs, names, view })
    }

    /// What they are called in the sentences about them: by a person, or by where or when they were measured.
    fn called(&self) -> Vec<String> {
        let mut names: Vec<String> = self.compared().map(|shown| shown.name().to_owned()).collect();
        let [a, b, ..] = names.as_mut_slice() else { return names };
        if a.is_empty() && b.is_empty() {
            let is_theirs = |shown: Option<&Shown>| shown.is_some_and(|shown| self.carried.is_of_the_link(shown));
            let is_new = |shown: Option<&Shown>| shown.is_some_and(|shown| matches!(shown.origin, Origin::Run(_)));
            let (theirs, mine) = (self.theirs(), self.run.shown());
            let words = match (is_theirs(theirs), is_theirs(mine)) {
                (true, false) => ["there", "here"],
                (false, true) => ["here", "there"],
                (false, false) if is_new(mine) => ["then", "now"],
                (false, false) if is_new(theirs) => ["now", "then"],
                _ => ["", ""],
            };
            (*a, *b) = (words[0].to_owned(), words[1].to_owned());
        }
        names
    }

    /// The results that are compared, A first, then B, then the re-runs that came in the same link.
    pub fn compared(&self) -> impl Iterator<Item = &Shown> {
        let two = [self.compare.theirs.as_ref(), self.run.shown()];
        let came = two.iter().flatten().any(|shown| self.carried.has(shown));
        let others = self
            .carried
            .results()
            .filter(move |other| came && two.iter().flatten().all(|shown| shown.run.id() != other.run.id()));
        two.into_iter().flatten().chain(others)
    }
}
