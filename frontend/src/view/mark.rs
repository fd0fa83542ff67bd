//! A model's mark: its shape and colour, the same wherever it appears.

use protocol::{Catalog, Model};
use yew::{Html, html};

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
            <path d={model.look.outline()} />
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
