//! Marks that say what they show: on hovering, and to who goes from one to the next by keys.

use maud::{Markup, html};

use crate::Medium;

/// The marks of a picture. In the page they are one stop of the tab key, and its host hears the arrow keys; `label` says what they
/// are.
pub(crate) fn list(medium: Medium, label: &str, marks: &Markup) -> Markup {
    match medium {
        Medium::Page => {
            html! { div.points role="listbox" tabindex="0" aria-label={ (label) "; arrow keys go from one to the next" } { (marks) } }
        }
        Medium::Paper => html! { div.points role="list" aria-label=(label) { (marks) } },
    }
}

/// What is said, where it is said, and what is seen there.
#[derive(Debug)]
pub(crate) struct Told {
    /// Names it in its document.
    pub(crate) id: String,
    /// "Tokio: 99 % within 1.23 ms"
    pub(crate) says: String,
    pub(crate) class: &'static str,
    pub(crate) style: String,
    pub(crate) inside: Markup,
}

impl Told {
    pub(crate) fn drawn(&self, medium: Medium) -> Markup {
        let Self { id, says, class, style, inside } = self;
        match medium {
            Medium::Page => html! {
                span class=(class) role="option" id=(id) aria-label=(says) data-note=(says) aria-selected="false" style=(style) {
                    (inside)
                }
            },
            Medium::Paper => html! {
                span class=(class) role="listitem" id=(id) aria-label=(says) title=(says) style=(style) { (inside) }
            },
        }
    }
}
