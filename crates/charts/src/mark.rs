//! A model's mark: its shape and colour, the same wherever it appears.

use maud::{Markup, html};
use protocol::catalog::Look;
use protocol::{Catalog, Model};

/// What a mark stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A model.
    Model,
    /// The same model run a second time: hollow.
    Control,
}

/// The mark of a model; `None` of one that the catalogue does not have. Its name stands beside it: it says nothing to a
/// screen reader.
#[must_use]
pub fn mark(model: Option<&Model>, kind: Kind) -> String {
    drawn(model, kind).into_string()
}

pub(crate) fn drawn(model: Option<&Model>, kind: Kind) -> Markup {
    let Some(model) = model else { return html! { span.mark {} } };
    let class = if kind == Kind::Control { "mark m hollow" } else { "mark m" };
    html! {
        svg class=(class) style=(colours(&model.look)) viewBox="-6 -6 12 12" aria-hidden="true" focusable="false" {
            path d=(model.look.outline()) {}
        }
    }
}

/// A model's colours for both grounds, as the style of an element of class `m`. A colour that is none is left out: a
/// result may come from anywhere, and a style can ask other machines for pictures.
#[must_use]
pub fn colours(look: &Look) -> String {
    let colour = |text: &str| {
        let digits = text.strip_prefix('#').unwrap_or_default();
        let is_one = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_one { text.to_owned() } else { "currentColor".to_owned() }
    };
    format!("--l:{};--d:{}", colour(&look.light), colour(&look.dark))
}

/// The colours of the model with this id; nothing of one that is not known.
pub(crate) fn colours_of(catalog: &Catalog, id: &str) -> String {
    catalog.model(id).map(|model| colours(&model.look)).unwrap_or_default()
}
