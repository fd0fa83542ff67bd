//! Source text in coloured pieces, cut by the compiler's own lexer. Joined, the pieces are the text.

use protocol::catalog::{Piece, PieceKind};
use ra_ap_rustc_lexer::{FrontmatterAllowed, TokenKind, tokenize};

const KEYWORDS: &[&str] = &[
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "false", "fn", "for", "if",
    "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "Self", "static", "struct",
    "super", "trait", "true", "type", "unsafe", "use", "where", "while",
];

/// Cuts a Rust source into pieces; neighbours of one kind are one piece.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    let mut attribute = None;
    let tokens: Vec<_> = tokenize(text, FrontmatterAllowed::No).collect();
    for (index, token) in tokens.iter().enumerate() {
        let end = at + token.len as usize;
        let (own, after) = (&text[at..end], &text[end..]);
        if token.kind == TokenKind::Pound && (after.starts_with('[') || after.starts_with("![")) {
            attribute = Some(0_u32);
        }
        let kind = match (&mut attribute, token.kind) {
            (Some(depth), kind) => {
                match kind {
                    TokenKind::OpenBracket => *depth += 1,
                    TokenKind::CloseBracket => *depth -= 1,
                    _ => {}
                }
                if *depth == 0 && kind == TokenKind::CloseBracket {
                    attribute = None;
                }
                PieceKind::Attribute
            }
            (None, TokenKind::LineComment { .. } | TokenKind::BlockComment { .. }) => PieceKind::Comment,
            (None, TokenKind::Literal { .. }) => PieceKind::Literal,
            (None, TokenKind::Ident) => name(own, after, tokens.get(index + 1).map(|token| token.kind)),
            _ => PieceKind::Plain,
        };
        match pieces.last_mut() {
            Some(Piece(last, text)) if *last == kind || own.trim().is_empty() => text.push_str(own),
            _ => pieces.push(Piece(kind, own.to_owned())),
        }
        at = end;
    }
    pieces
}

fn name(own: &str, after: &str, next: Option<TokenKind>) -> PieceKind {
    if KEYWORDS.contains(&own) {
        PieceKind::Keyword
    } else if next == Some(TokenKind::Bang) && !after.starts_with("!=") {
        PieceKind::Macro
    } else if own.starts_with(|first: char| first.is_ascii_uppercase()) {
        PieceKind::Type
    } else if next == Some(TokenKind::OpenParen) {
        PieceKind::Function
    } else {
        PieceKind::Plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_joined_are_the_text() {
        let text = include_str!("source.rs");
        let joined: String = pieces(text).into_iter().map(|Piece(_, text)| text).collect();
        assert_eq!(joined, text);
    }

    #[test]
    fn each_piece_is_what_it_looks_like() {
        let kinds = |text: &str| -> Vec<(PieceKind, String)> {
            pieces(text).into_iter().map(|Piece(kind, text)| (kind, text.trim().to_owned())).collect()
        };
        let has = |text: &str, kind: PieceKind, word: &str| {
            assert!(kinds(text).contains(&(kind, word.to_owned())), "{word} in {:?}", kinds(text));
        };
        has("#[derive(Message)]\nstruct Go;", PieceKind::Attribute, "#[derive(Message)]");
        has("let mut x = vec![0; 3];", PieceKind::Macro, "vec");
        has("while a != b {}", PieceKind::Plain, "a != b {}");
        has("gate.wait() // waits", PieceKind::Function, "wait");
        has("gate.wait() // waits", PieceKind::Comment, "// waits");
        has("Duration::from_millis(7)", PieceKind::Type, "Duration");
        has("f(\"two words\")", PieceKind::Literal, "\"two words\"");
        has("async move {}", PieceKind::Keyword, "async move");
    }
}
