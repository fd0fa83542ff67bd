//! The composer: a program of steps as a list that can be added to, moved about in and nested, beside its text. Each is the
//! other's mirror, for both are the same text, read by the one parser ([`protocol::parameter::steps`]).
//!
//! ```text
//! text ── parse ──► steps ── an edit ──► other steps ── write ──► text      edit
//!                     └──► rows, tools, words to add                       rows
//!                     └──► the life of one unit                            life
//! ```
//!
//! What the page is to react to has a data attribute and no handler. What each means is said as a *edit*, a few words that come
//! back to [`Composer::take`]:
//!
//! ```text
//! data-edit="up"                a click
//! data-keys="Alt+ArrowUp=up 1"  a key while the focus is in it; more are parted by |
//! data-set="set 1"              a number is being typed: the edit, and behind it what stands in the field
//! data-drag="1"                 a handle that is dragged over …
//! data-drop="2"                 … another row: its upper half means `move 1 before 2`, its lower what `data-lower` says: `behind 2`,
//!                               `into 2`; a row without that is all `behind`
//! ```
//!
//! A step is named by its path from the outermost list on: `1.0` is the first in the block that is the second.

mod edit;
mod life;
mod rows;

use protocol::drawing::Composed;
use protocol::parameter::read;
use protocol::parameter::steps::{Vocabulary, parse};
use protocol::{Parameter, Value};

use self::edit::{Done, Path, Program};

/// A program that is being composed.
#[derive(Clone, Debug)]
pub struct Composer {
    parameter: Parameter,
    text: String,
    /// The step that tools act on, and behind which words are added.
    chosen: Option<Path>,
    /// The number that is being typed, digit by digit.
    typing: Option<Path>,
}

impl Composer {
    /// Of what stands in the field of this parameter.
    #[must_use]
    pub fn new(parameter: Parameter, text: String) -> Self {
        Self { parameter, text, chosen: None, typing: None }
    }

    /// Which parameter it is of.
    #[must_use]
    pub fn parameter(&self) -> &Parameter {
        &self.parameter
    }

    /// Another text stands in the field.
    pub fn write(&mut self, text: String) {
        (self.text, self.typing) = (text, None);
    }

    /// It as it stands, drawn.
    #[must_use]
    pub fn drawn(&self) -> Composed {
        self.composed(String::new(), None, false)
    }

    /// Does an edit if it can be done, and else says why not: what the program is then, drawn.
    pub fn take(&mut self, edit: &str) -> Composed {
        let Some(vocabulary) = Vocabulary::of(&self.parameter) else { return self.drawn() };
        let mut program = self.program();
        let Done { said, focus, typing } = match program.take(vocabulary, edit) {
            Ok(done) => done,
            Err(why) => return self.composed(why, None, false),
        };
        let goes_on = typing.is_some() && typing == self.typing;
        // To choose a step leaves the text as somebody has written it.
        if program.steps != parse(&self.text).steps {
            let text = program.text();
            self.text = match read(&self.parameter, &text) {
                Ok(Value::Text(full)) => full,
                _ => text,
            };
        }
        (self.chosen, self.typing) = (program.chosen, typing);
        self.composed(said, focus, goes_on)
    }

    fn program(&self) -> Program {
        Program::new(parse(&self.text), self.chosen.clone())
    }

    fn composed(&self, said: String, focus: Option<String>, goes_on: bool) -> Composed {
        let vocabulary = Vocabulary::of(&self.parameter);
        let html = vocabulary.map(|vocabulary| rows::drawn(vocabulary, &self.program()).into_string()).unwrap_or_default();
        Composed { text: self.text.clone(), html, said, focus, goes_on }
    }
}
