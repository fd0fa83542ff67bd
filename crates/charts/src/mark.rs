//! A model's mark: its shape and colour, the same wherever it appears.

use maud::{Markup, html};
use protocol::catalog::{Look, Shape};
use protocol::{Catalog, Model, Role};

/// What a mark stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A model.
    Model,
    /// The same model run a second time: hollow.
    Control,
    /// The same model in the second of two results: outlined.
    Second,
}

impl Kind {
    /// What the mark of a trial in this role is.
    #[must_use]
    pub fn of(role: Role) -> Self {
        match role {
            Role::Control => Self::Control,
            Role::Plain | Role::Traced => Self::Model,
        }
    }
}

/// The mark of a model; `None` for one that the catalogue does not have. Its name stands beside it: it says nothing to a
/// screen reader.
#[must_use]
pub fn mark(model: Option<&Model>, kind: Kind) -> String {
    drawn(model, kind).into_string()
}

pub(crate) fn drawn(model: Option<&Model>, kind: Kind) -> Markup {
    let Some(model) = model else { return html! { span.mark {} } };
    let class = if kind == Kind::Model { "mark m" } else { "mark m hollow" };
    looking(class, &model.look)
}

/// The mark of a model that looks like this.
pub(crate) fn of_look(look: &Look) -> Markup {
    looking("mark m", look)
}

fn looking(class: &str, look: &Look) -> Markup {
    html! {
        svg class=(class) style=(colours(look)) viewBox="-6 -6 12 12" aria-hidden="true" focusable="false" {
            path d=(outline(look)) {}
        }
    }
}

/// The outline of a mark in a square from -6 to 6, as the path of an SVG.
#[must_use]
pub fn outline(look: &Look) -> &'static str {
    match (look.shape, look.notched) {
        (Shape::Circle, false) => "M-4.6 0A4.6 4.6 0 1 0 4.6 0A4.6 4.6 0 1 0-4.6 0Z",
        (Shape::Circle, true) => "M2.4-4A4.7 4.7 0 1 1-2.4-4L0 .2Z",
        (Shape::Square, false) => "M-4.2-4.2H4.2V4.2H-4.2Z",
        (Shape::Square, true) => "M-4.4-4.4H-2.6L0 0L2.6-4.4H4.4V4.4H-4.4Z",
        (Shape::Triangle, false) => "M0-4.7L5 4H-5Z",
        (Shape::Triangle, true) => "M0-4.7L5.2 4.2H2.7L0 .2L-2.7 4.2H-5.2Z",
        (Shape::Diamond, false) => "M0-5.4L5.4 0L0 5.4L-5.4 0Z",
        (Shape::Diamond, true) => "M-2.6-2.8L0 .2L2.6-2.8L5.4 0L0 5.4L-5.4 0Z",
        (Shape::Hexagon, false) => "M-2.6-4.5H2.6L5.2 0L2.6 4.5H-2.6L-5.2 0Z",
        (Shape::Hexagon, true) => "M-2.6-4.5L0 0L2.6-4.5L5.2 0L2.6 4.5H-2.6L-5.2 0Z",
        (Shape::Pentagon, false) => "M0-5L4.8-1.5L2.9 4.1H-2.9L-4.8-1.5Z",
        (Shape::Pentagon, true) => "M0-5L4.8-1.5L2.9 4.1L0 .4L-2.9 4.1L-4.8-1.5Z",
        (Shape::Wedge, false) => "M0 4.7L5-4H-5Z",
        (Shape::Wedge, true) => "M0 4.7L5.2-4.2H2.7L0-.2L-2.7-4.2H-5.2Z",
        (Shape::Bars, false) => "M-4.6-4.4H-.9V4.4H-4.6ZM.9-4.4H4.6V4.4H.9Z",
        (Shape::Bars, true) => "M-4.6-4.4H-.9V4.4H-4.6ZM.9-1H4.6V4.4H.9Z",
        (Shape::Cross, false) => "M-1.8-4.9H1.8V-1.8H4.9V1.8H1.8V4.9H-1.8V1.8H-4.9V-1.8H-1.8Z",
        (Shape::Cross, true) => "M-1.8-1.8V-1.8H4.9V1.8H1.8V4.9H-1.8V1.8H-4.9V-1.8Z",
    }
}

/// A model's colours for both grounds, as the style of an element of class `m`. A colour that is none is left out: a
/// result may come from anywhere, and a style can ask other machines for pictures.
#[must_use]
pub fn colours(look: &Look) -> String {
    format!("--l:{};--d:{}", colour(&look.light), colour(&look.dark))
}

/// This colour, if it is one.
pub(crate) fn colour(text: &str) -> &str {
    let digits = text.strip_prefix('#').unwrap_or_default();
    let is_one = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_one { text } else { "currentColor" }
}

/// The colours of the model with this id; nothing of one that is not known.
pub(crate) fn colours_of(catalog: &Catalog, id: &str) -> String {
    catalog.model(id).map(|model| colours(&model.look)).unwrap_or_default()
}
