//! What a result is drawn as: text of HTML in parts, made by `charts`, put into the page.
//!
//! It is made where there is time for it: in the page's second module, which runs beside the page, or beforehand in the server,
//! of the recorded sample.

use serde::{Deserialize, Serialize};

use crate::report::Mend;

/// A result, drawn. Every text is HTML unless it says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawing {
    /// What came out, as a sentence.
    pub verdict: String,
    /// What would let it tell, if it cannot.
    pub mend: Option<Mend>,
    /// The pictures that there is something to show in, in their order.
    pub cards: Vec<Card>,
    /// All of it in figures.
    pub figures: String,
    /// Plain text: what tracing cost; empty if nothing was traced.
    pub tracing: String,
}

/// A picture and its words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Names it.
    pub id: String,
    /// The quantity that it is of, by its key, if another one can be chosen.
    pub quantity: Option<String>,
    /// Plain text: what it shows.
    pub title: String,
    /// Plain text: how to read it.
    pub sub: String,
    /// Plain text: the same in a sentence, to be read on hovering.
    pub help: String,
    /// What is drawn.
    pub body: String,
    /// The same figures as a table.
    pub table: String,
}

/// The sample that the page shows before anything has been run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// Its log, in frames ([`crate::compact::write_framed`]), without what only pictures are drawn of: that comes when it is
    /// drawn anew.
    pub log: Vec<u8>,
    /// What it looks like.
    pub drawing: Drawing,
}

/// A program as it is composed: its steps drawn, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Composed {
    /// The whole of it, as text.
    pub text: String,
    /// The steps, in HTML.
    pub html: String,
    /// What was done, or why nothing was, in a sentence; empty if that goes without saying.
    pub said: String,
    /// The id of what is to have the focus; `None` leaves it where it is.
    pub focus: Option<String>,
    /// Whether this only goes on with what was done before, as the next digit of a number does: to undo is to undo both.
    pub goes_on: bool,
}
