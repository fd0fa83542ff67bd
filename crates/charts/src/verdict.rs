//! What came out, as a sentence: the figure strong, each model in its colour; and what a person decides by.

use analysis::answers::Answer;
use analysis::verdict::{EARLY, Segment, Sentence};
use maud::{Markup, html};
use protocol::{Catalog, Role};

use crate::groups::named;
use crate::mark::{Kind, colours_of, drawn as mark};

/// What was left out, the headline and its detail, tiers, and answers. An empty sentence says that it is too early for one.
#[must_use]
pub fn verdict(catalog: &Catalog, sentence: &Sentence) -> String {
    drawn(catalog, sentence).into_string()
}

/// The answers for which room is kept until it is known what is asked.
const ASKED: [&str; 3] = ["Speed", "Tail", "Memory"];

pub(crate) fn drawn(catalog: &Catalog, sentence: &Sentence) -> Markup {
    let Sentence { left_out, headline, detail, answers, .. } = sentence;
    // Nothing has ended yet, and so nothing has been computed.
    let empty = headline.is_empty();
    let early = empty || sentence.early;
    let tells = headline.iter().any(|segment| matches!(segment, Segment::Strong(_)));
    html! {
        @if !left_out.is_empty() { p.left-out data-testid="left-out" { (segments(catalog, left_out)) } }
        h1 class={ "verdict" @if !tells { " quiet" } @if early { " early" } } data-testid="verdict" {
            @if empty { "Too early to tell." } @else { (segments(catalog, headline)) }
        }
        p class=(if early { "detail early" } else { "detail" }) data-testid="verdict-detail" {
            @if empty { (EARLY) } @else { (segments(catalog, detail)) }
        }
        @if !sentence.tiers.is_empty() { (tiers(catalog, &sentence.tiers)) }
        @if empty {
            dl.answers.early { @for name in ASKED { div { dt { (name) } dd.muted { "–" } } } }
        } @else if !answers.is_empty() {
            dl.answers.early[early] data-testid="answers" { @for one in answers { (answer(catalog, one)) } }
        }
    }
}

/// "1 smol, Tokio · 2 Rayon · 3 native threads"
pub(crate) fn tiers(catalog: &Catalog, tiers: &[Vec<String>]) -> Markup {
    html! {
        ol.tiers aria-label="Tiers: models of one cannot be told from its best" data-testid="tiers" {
            @for models in tiers {
                li {
                    @for model in models {
                        span.who { (mark(catalog.model(model), Kind::Model)) (named(catalog, model, Role::Plain)) }
                    }
                }
            }
        }
    }
}

fn answer(catalog: &Catalog, Answer { name, best, words, .. }: &Answer) -> Markup {
    html! {
        div {
            dt { (name) }
            dd {
                @if let Some(best) = best { (mark(catalog.model(best), Kind::Model)) }
                (segments(catalog, words))
            }
        }
    }
}

pub(crate) fn segments(catalog: &Catalog, segments: &[Segment]) -> Markup {
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
