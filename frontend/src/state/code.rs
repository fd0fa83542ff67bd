//! The code of the workload that is in the form.

use std::rc::Rc;

use protocol::catalog::Source;

use super::effect::Reaction;
use super::{Effect, State};
use crate::web::api::Failure;

/// The sources of a workload, and how they are shown.
#[derive(Debug, Default)]
pub struct CodePart {
    /// Of which workload; asked for, at least. Empty until one is.
    workload: String,
    /// The files, once they have come.
    pub files: Rc<Vec<Source>>,
    /// Whether the code is shown from end to end.
    pub whole_files: bool,
}

/// What a person does to the code.
#[derive(Clone, Debug)]
pub enum CodeAction {
    /// Show the code from end to end, or each file in a window of its own.
    ShowWholeFiles(bool),
}

impl CodePart {
    pub(super) fn apply(&mut self, action: CodeAction) {
        match action {
            CodeAction::ShowWholeFiles(whole) => self.whole_files = whole,
        }
    }

    fn ask_for(&mut self, workload: String) {
        self.workload = workload;
        self.files = Rc::default();
    }
}

impl State {
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
            Ok(files) if self.code.workload == workload => self.code.files = Rc::new(files),
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
