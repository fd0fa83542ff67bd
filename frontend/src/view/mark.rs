//! Markup that `charts` made, in the page; and a model's mark, which is the smallest of it.

use protocol::{Catalog, Model};
use yew::{AttrValue, Html};

/// Markup from `charts`, which escapes whatever comes from outside, made in this page from plain data. Nothing else may come
/// here: no server's answer is put into the page as it is.
pub(super) fn drawn(markup: impl Into<AttrValue>) -> Html {
    Html::from_html_unchecked(markup.into())
}

/// The mark. Its name stands beside it: it says nothing to a screen reader.
pub(super) fn mark(model: Option<&Model>, kind: charts::Kind) -> Html {
    drawn(charts::mark(model, kind))
}

/// A model's colours for both grounds, as the style of an element of class `m`.
pub(super) fn colours(model: &Model) -> String {
    charts::mark::colours(&model.look)
}

/// The colours of the model with this id.
pub(super) fn colours_of(catalog: &Catalog, id: &str) -> String {
    catalog.model(id).map(colours).unwrap_or_default()
}
