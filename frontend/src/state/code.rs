//! The code of the workload that is in the form: of which two models, how, and at which line.

use std::rc::Rc;

use protocol::catalog::{CodeView, Show, Source};
use protocol::link::Line;

use super::effect::Reaction;
use super::{Effect, HistoryEntry, State};
use crate::web::api::Failure;

/// The sources of a workload, and how they are shown.
#[derive(Debug, Default)]
pub struct CodePart {
    /// Of which workload; asked for, at least. Empty until one is.
    workload: String,
    /// The files, once they have come: the contract, then the cells.
    pub files: Rc<Vec<Source>>,
    /// Regions, a diff or whole files.
    pub show: Show,
    /// Whether it is unfolded on a phone, where it is long.
    pub unfolded: bool,
    /// The models that a person has chosen for left and right.
    chosen: [Option<String>; 2],
    /// The line that is pointed at, and the workload in whose code it is.
    line: Option<(String, Line)>,
    /// The side whose text was copied a moment ago: 0 is left.
    pub copied: Option<usize>,
}

/// What a person does to the code.
#[derive(Clone, Debug)]
pub enum CodeAction {
    /// Show regions, a diff or whole files.
    Show(Show),
    /// Unfold it, or fold it, on a phone.
    Unfold(bool),
    /// Show this model on this side: 0 is left.
    Choose(usize, String),
    /// Make the link one to this line; to none, if it is one to this line.
    Point(Line),
    /// Copy the text of this side.
    Copy(usize),
    /// Whether the text of this side was copied.
    Copied(usize, bool),
}

impl CodePart {
    fn ask_for(&mut self, workload: String) {
        self.workload = workload;
        self.files = Rc::default();
    }

    /// Shows the code of this model on the left.
    pub(super) fn put_left(&mut self, model: String) {
        self.chosen[0] = Some(model);
    }

    /// The source of this model.
    #[must_use]
    pub fn file(&self, model: &str) -> Option<&Source> {
        self.files.iter().find(|file| file.model.as_deref() == Some(model))
    }
}

impl State {
    /// Whose code can be shown: the chosen models that can run the form's workload, or all that can if none is chosen.
    #[must_use]
    pub fn models_with_code(&self) -> Vec<&str> {
        let chosen = &self.form.draft().models;
        let cells = self.workload().map_or(&[][..], |workload| &workload.cells);
        let has_code = |model: &str| chosen.is_empty() || chosen.iter().any(|chosen| chosen == model);
        cells
            .iter()
            .filter(|cell| cell.absent.is_none())
            .map(|cell| cell.model.as_str())
            .filter(|model| has_code(model))
            .collect()
    }

    /// The two models whose code is shown, unless there is one or none: those that were chosen, otherwise the first.
    #[must_use]
    pub fn sides(&self) -> Vec<&str> {
        let models = self.models_with_code();
        let chosen = self.code.chosen.each_ref().map(|chosen| models.iter().find(|model| Some(**model) == chosen.as_deref()));
        let left = chosen[0].or(models.first());
        let right = chosen[1].filter(|right| left != Some(*right)).or(models.iter().find(|model| left != Some(*model)));
        [left, right].into_iter().flatten().copied().collect()
    }

    /// What of the code is shown; `None` if there is no model to show any of.
    #[must_use]
    pub fn code_view(&self) -> Option<CodeView> {
        let sides = self.sides();
        Some(CodeView {
            left: (*sides.first()?).to_owned(),
            right: sides.get(1).map(|right| (*right).to_owned()),
            show: self.code.show,
            line: self.line().cloned(),
        })
    }

    /// The line that the link points at.
    #[must_use]
    pub fn line(&self) -> Option<&Line> {
        let (workload, line) = self.code.line.as_ref()?;
        Some(line).filter(|_| *workload == self.form.draft().workload)
    }

    pub(super) fn apply_code(&mut self, action: CodeAction, reaction: &mut Reaction) {
        match action {
            CodeAction::Show(show) => self.code.show = show,
            CodeAction::Unfold(unfolded) => self.code.unfolded = unfolded,
            CodeAction::Choose(side, model) => {
                if let Some(chosen) = self.code.chosen.get_mut(side) {
                    *chosen = Some(model);
                }
            }
            CodeAction::Point(line) => {
                reaction.history = HistoryEntry::Replace;
                // It is drawn anew: the focus stays where it was.
                reaction.effect(Effect::Focus(id_of(&line)));
                if self.line() == Some(&line) {
                    self.code.line = None;
                } else {
                    reaction.announce(format!("The link is to line {}.", line.number));
                    self.code.line = Some((self.form.draft().workload.clone(), line));
                }
            }
            CodeAction::Copy(side) => {
                if let Some(file) = self.sides().get(side).and_then(|model| self.code.file(model)) {
                    reaction.effect(Effect::CopyText(file.text(), side));
                }
            }
            CodeAction::Copied(side, true) => {
                self.code.copied = Some(side);
                reaction.announce("Code copied.");
                reaction.effect(Effect::ForgetCopiedLater);
            }
            CodeAction::Copied(_, false) => reaction.announce("The code could not be copied."),
        }
    }

    /// What a link points at: its file is shown whole, and the line is gone to as soon as it is there.
    pub(super) fn point_at(&mut self, line: Option<Line>, reaction: &mut Reaction) {
        self.code.line = line.map(|line| (self.form.draft().workload.clone(), line));
        let Some(Line { model, .. }) = self.line().cloned() else { return };
        (self.code.show, self.code.unfolded) = (Show::Whole, true);
        if !self.sides().contains(&model.as_str()) {
            self.code.put_left(model);
        }
        if self.code.workload == self.form.draft().workload {
            self.go_to_line(reaction);
        }
    }

    fn go_to_line(&self, reaction: &mut Reaction) {
        if let Some(line) = self.line().filter(|_| !self.code.files.is_empty()) {
            reaction.effect(Effect::Focus(id_of(line)));
        }
    }

    /// The code belongs to the workload in the form.
    pub(super) fn want_sources(&mut self, reaction: &mut Reaction) {
        let workload = &self.form.draft().workload;
        if self.server.away || self.workload().is_none() || self.code.workload == *workload {
            return;
        }
        reaction.effect(Effect::LoadSources(workload.clone()));
        self.code.ask_for(workload.clone());
    }

    pub(super) fn take_sources(&mut self, workload: &str, answer: Result<Vec<Source>, Failure>, reaction: &mut Reaction) {
        match answer {
            Ok(files) if self.code.workload == workload => {
                self.code.files = Rc::new(files);
                self.go_to_line(reaction);
            }
            // Of a workload that was chosen before.
            Ok(_) => {}
            Err(failure) => {
                // Asked for again when the server is back; an answer that is no listing is not asked for again.
                if failure == Failure::Away {
                    self.code.ask_for(String::new());
                }
                self.take_failure(failure, reaction);
            }
        }
    }
}

/// The id of a line's number, which `charts` gives it.
fn id_of(line: &Line) -> String {
    format!("L-{}-{}", line.model, line.number)
}
