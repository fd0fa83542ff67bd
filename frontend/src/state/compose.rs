//! The composer of a program of steps. The painter has the program, reads it and draws it; here is what it drew last, and whether
//! that is of the text in the form.

use protocol::Parameter;
use protocol::drawing::Composed;
use protocol::parameter::ParameterKind;

use super::effect::Reaction;
use super::{Effect, FormAction, State, UserAction};
use crate::painter::Request;

/// The composer of the form's program, if it has one.
#[derive(Debug, Default)]
pub struct ComposePart {
    /// The field and the text that the painter has of it.
    known: Option<(String, String)>,
    html: String,
    asked: u32,
    answered: u32,
    /// Whether what was asked last is a number that is being typed.
    typing: bool,
}

impl ComposePart {
    /// The steps as they were drawn last.
    #[must_use]
    pub fn html(&self) -> &str {
        &self.html
    }

    fn ask(&mut self, typing: bool) -> u32 {
        self.typing = typing;
        self.asked += 1;
        self.asked
    }
}

impl State {
    /// The parameter of the form's workload that is a program.
    fn program(&self) -> Option<&Parameter> {
        let is_program = |parameter: &&Parameter| matches!(parameter.kind, ParameterKind::Steps { .. });
        self.workload()?.parameters.iter().find(is_program)
    }

    /// Has the painter draw what stands in the form now, unless it has it.
    pub(super) fn want_composer(&mut self, reaction: &mut Reaction) {
        let Some(parameter) = self.program() else { return };
        let known = (parameter.name.clone(), self.text(parameter));
        if self.compose.known.as_ref() != Some(&known) {
            let (parameter, text) = (Box::new(parameter.clone()), known.1.clone());
            self.compose.known = Some(known);
            reaction.effect(Effect::Paint(Request::Compose { ticket: self.compose.ask(false), parameter, text }));
        }
    }

    /// A person has done this in the composer. It is about the steps as they are shown: until those of the last edit are, it is
    /// passed over, unless both leave every step where it is.
    pub(super) fn take_edit(&mut self, edit: String, reaction: &mut Reaction) {
        let typing = edit.starts_with("set ");
        if self.compose.answered == self.compose.asked || typing && self.compose.typing {
            reaction.effect(Effect::Paint(Request::Edit(self.compose.ask(typing), edit)));
        }
    }

    pub(super) fn take_composed(&mut self, ticket: u32, composed: Composed, reaction: &mut Reaction) {
        let Composed { text, html, said, focus, goes_on } = composed;
        let Some((field, known)) = self.compose.known.clone().filter(|_| ticket == self.compose.asked) else { return };
        (self.compose.answered, self.compose.html) = (ticket, html);
        if text != known {
            self.compose.known = Some((field.clone(), text.clone()));
            self.apply_user(UserAction::Form(FormAction::Compose { field, text, goes_on }), reaction);
        }
        if !said.is_empty() {
            reaction.announce(said);
        }
        focus.into_iter().for_each(|id| reaction.effect(Effect::Focus(id)));
        self.change_page(reaction);
    }
}
