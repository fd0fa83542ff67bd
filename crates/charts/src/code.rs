//! The code of each model side by side: the text that was compiled, coloured by the compiler's own lexer in the server.

use maud::{Markup, html};
use protocol::Catalog;
use protocol::catalog::{PieceKind, Source};

use crate::mark::{Kind, drawn as mark};

/// Listings of these models, or of all if none is named. Models that share a file stand over it together.
#[must_use]
pub fn code(catalog: &Catalog, sources: &[Source], models: &[String]) -> String {
    drawn(catalog, sources, models).into_string()
}

pub(crate) fn drawn(catalog: &Catalog, sources: &[Source], models: &[String]) -> Markup {
    let wanted = |source: &&Source| models.is_empty() || models.contains(&source.model);
    let mut columns: Vec<(Vec<&str>, &Source)> = Vec::new();
    for source in sources.iter().filter(wanted) {
        match columns.iter_mut().find(|(_, shown)| shown.path == source.path && shown.pieces == source.pieces) {
            Some((models, _)) => models.push(&source.model),
            None => columns.push((vec![&source.model], source)),
        }
    }
    html! {
        div.listing-columns {
            @for (models, source) in &columns { (listing(catalog, models, source)) }
        }
    }
}

fn listing(catalog: &Catalog, models: &[&str], source: &Source) -> Markup {
    let file = source.path.rsplit('/').next().unwrap_or(&source.path);
    let names: Vec<&str> = models.iter().map(|id| catalog.model(id).map_or(*id, |model| &model.name)).collect();
    let names = names.join(" · ");
    html! {
        figure.listing {
            figcaption title=(source.path) {
                @for id in models { (mark(catalog.model(id), Kind::Model)) }
                b { (file) }
                span.muted.small { (names) }
            }
            pre tabindex="0" role="group" aria-label={ "Code: " (names) } {
                code {
                    @for piece in &source.pieces {
                        @match class_of(piece.0) {
                            None => (piece.1),
                            Some(class) => span class=(class) { (piece.1) },
                        }
                    }
                }
            }
        }
    }
}

fn class_of(kind: PieceKind) -> Option<&'static str> {
    match kind {
        PieceKind::Plain => None,
        PieceKind::Comment => Some("c"),
        PieceKind::Keyword => Some("k"),
        PieceKind::Type => Some("t"),
        PieceKind::Function => Some("f"),
        PieceKind::Literal => Some("l"),
        PieceKind::Macro => Some("x"),
        PieceKind::Attribute => Some("a"),
    }
}
