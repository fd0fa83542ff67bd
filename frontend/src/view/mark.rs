//! A model's mark: its shape and colour, the same wherever it appears.

use protocol::catalog::{Look, Shape};
use protocol::{Catalog, Model};
use yew::{Html, html};

/// The outline in a square from -6 to 6.
fn outline(look: &Look) -> &'static str {
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
    }
}

/// What a mark stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// A model.
    Model,
    /// The same model run a second time: hollow.
    Control,
}

impl Of {
    pub(super) fn label(label: &str) -> Self {
        if protocol::plan::is_control(label) { Self::Control } else { Self::Model }
    }
}

/// The mark. Its name stands beside it: it says nothing to a screen reader.
pub(super) fn mark(model: Option<&Model>, of: Of) -> Html {
    let Some(model) = model else { return html! { <span class="mark" /> } };
    let class = if of == Of::Control { "mark m hollow" } else { "mark m" };
    html! {
        <svg {class} style={colours(model)} viewBox="-6 -6 12 12" aria-hidden="true" focusable="false">
            <path d={outline(&model.look)} />
        </svg>
    }
}

/// A model's colours for both grounds, as the style of an element of class `m`.
pub(super) fn colours(model: &Model) -> String {
    format!("--l:{};--d:{}", model.look.light, model.look.dark)
}

/// The colours of the model with this id.
pub(super) fn colours_of(catalog: &Catalog, id: &str) -> String {
    catalog.model(id).map(colours).unwrap_or_default()
}
