//! What came out, as a sentence: the figure strong, each model in its colour.

use analysis::verdict::{EARLY, Segment, Sentence};
use maud::{Markup, html};
use protocol::Catalog;

use crate::mark::colours_of;

/// Headline and detail. An empty sentence says that it is too early for one.
#[must_use]
pub fn verdict(catalog: &Catalog, sentence: &Sentence) -> String {
    drawn(catalog, sentence).into_string()
}

pub(crate) fn drawn(catalog: &Catalog, sentence: &Sentence) -> Markup {
    // Nothing has ended yet, and so nothing has been computed.
    let early = sentence.headline.is_empty();
    let tells = sentence.headline.iter().any(|segment| matches!(segment, Segment::Strong(_)));
    html! {
        h1 class=(if tells { "verdict" } else { "verdict quiet" }) data-testid="verdict" {
            @if early { "Too early to tell." } @else { (segments(catalog, &sentence.headline)) }
        }
        p.detail data-testid="verdict-detail" {
            @if early { (EARLY) }
            @else { (segments(catalog, &sentence.detail)) }
        }
    }
}

fn segments(catalog: &Catalog, segments: &[Segment]) -> Markup {
    html! {
        @for segment in segments {
            @match segment {
                Segment::Text(text) => (text),
                Segment::Strong(text) => strong { (text) },
                Segment::Model(id, text) => span.m.ink style=(colours_of(catalog, id)) { (text) },
            }
        }
    }
}
