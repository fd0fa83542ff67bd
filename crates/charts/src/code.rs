//! The code of the models: the texts that were compiled, coloured by the compiler's own lexer in the server.
//!
//! ```text
//! Regions   what differs from model to model, a row for each name: make, wait, answer
//! Diff      two whole files, aligned by what they have in common
//! Whole     two whole files, each from its first line to its last, imports and gate folded
//! ```
//!
//! A line's number is a link to it, `#L-MODEL-NUMBER`: in a file the browser follows it, and the page makes it a part of its own
//! address. Numbers are not selected, so what is copied is what was compiled.

use std::ops::Range;

use analysis::numbers::capital;
use maud::{Markup, html};
use protocol::Catalog;
use protocol::catalog::{CodeView, Piece, PieceKind, REGIONS, Show, Source};
use protocol::link::Line;

use crate::Medium;
use crate::mark::{Kind, drawn as mark};

/// What belongs to the harness and not to the model: such lines are folded in a whole file.
const GATE: [&str; 4] = ["gate", "Gate", "measure.start()", "running.stop("];

/// Two texts of more lines than this, multiplied, are not aligned: it would take too long. No cell comes near.
const ALIGNED: usize = 1 << 22;

/// Two models' code side by side, in rows. Models that share a file stand in one column.
#[must_use]
pub fn code(catalog: &Catalog, sources: &[Source], view: &CodeView) -> String {
    let line = view.line.as_ref();
    let Some(left) = Text::of_model(sources, &view.left, line) else { return String::new() };
    let right = view.right.as_ref().and_then(|right| Text::of_model(sources, right, line));
    let right = right.filter(|right| right.lines != left.lines);
    let names = [&left, right.as_ref().unwrap_or(&left)].map(|text| name(catalog, text.id));
    let side = |index: usize, text: &Text<'_>, blocks: &[Block], words: &str| -> Markup {
        let label = format!("{}{words}", names[index]);
        html! {
            div.side role="group" aria-label=(label) {
                p.who.small aria-hidden="true" { (mark(catalog.model(text.id), Kind::Model)) (names[index]) }
                (text.blocks(blocks))
            }
        }
    };
    let rows = match (view.show, &right) {
        (Show::Regions, _) if is_marked(&left) && right.as_ref().is_none_or(is_marked) => {
            let of = |text: &Text<'_>, region: &str| -> Vec<Block> {
                text.regions().into_iter().filter(|(its, _)| *its == region).map(|(_, lines)| Block { lines, fold: "" }).collect()
            };
            html! {
                @for (region, about) in region_names(&left, right.as_ref()) {
                    div.code-row {
                        h3 { (capital(region)) " " span.muted { (about) } }
                        (side(0, &left, &of(&left, region), &format!(", {region}")))
                        @if let Some(right) = &right { (side(1, right, &of(right, region), &format!(", {region}"))) }
                    }
                }
            }
        }
        (Show::Diff, Some(right)) => html! {
            @for Hunk { same, left: lines, right: its } in hunks(&left.lines, &right.lines) {
                div class=(if same { "code-row same" } else { "code-row" }) {
                    @let words = if same { ", as the other" } else { " alone" };
                    @let block = |lines: Range<usize>| [Block { fold: "", lines }];
                    @if same { (side(0, &left, &block(lines), words)) (side(1, right, &block(its), words)) }
                    @else {
                        @if lines.is_empty() { div {} } @else { del { (side(0, &left, &block(lines), words)) } }
                        @if !its.is_empty() { ins { (side(1, right, &block(its), words)) } }
                    }
                }
            }
        },
        _ => html! {
            div.code-row {
                (side(0, &left, &folded(&left.lines), ""))
                @if let Some(right) = &right { (side(1, right, &folded(&right.lines), "")) }
            }
        },
    };
    rows.into_string()
}

/// The contract that all models keep, folded, unless the marked line is in it; nothing if it is not among the sources.
#[must_use]
pub fn contract(sources: &[Source], line: Option<&Line>) -> String {
    source_of(sources, None).map(|source| drawn_contract(source, line).into_string()).unwrap_or_default()
}

fn drawn_contract(source: &Source, line: Option<&Line>) -> Markup {
    let text = Text::of(source, Line::CONTRACT, line);
    html! {
        details.contract open[text.marked > 0] {
            summary { "The contract that all keep " span.muted { (source.path) } }
            (text.blocks(&folded(&text.lines)))
        }
    }
}

/// Whole files of these models, or of all if none is named, each in a box of its own. Models that share a file stand over it
/// together. On paper the contract comes first, and lines have numbers that lead to them.
#[must_use]
pub fn listings(catalog: &Catalog, sources: &[Source], models: &[String], medium: Medium) -> String {
    drawn(catalog, sources, models, medium).into_string()
}

pub(crate) fn drawn(catalog: &Catalog, sources: &[Source], models: &[String], medium: Medium) -> Markup {
    let mut columns: Vec<(Vec<&str>, &Source)> = Vec::new();
    for source in sources {
        let Some(model) = source.model.as_ref().filter(|model| models.is_empty() || models.contains(model)) else { continue };
        match columns.iter_mut().find(|(_, shown)| shown.path == source.path && shown.pieces == source.pieces) {
            Some((models, _)) => models.push(model),
            None => columns.push((vec![model], source)),
        }
    }
    let contract = source_of(sources, None).filter(|_| medium == Medium::Paper);
    html! {
        @if let Some(source) = contract { (drawn_contract(source, None)) }
        div.listing-columns {
            @for (models, source) in &columns { (listing(catalog, models, source, medium)) }
        }
    }
}

fn listing(catalog: &Catalog, models: &[&str], source: &Source, medium: Medium) -> Markup {
    let names: Vec<&str> = models.iter().map(|id| name(catalog, id)).collect();
    let names = names.join(" · ");
    // In the page the same model's code may stand further down: an id is there once.
    let id = if medium == Medium::Paper { models[0] } else { "" };
    let text = Text::of(source, id, None);
    html! {
        figure.listing {
            figcaption title=(source.path) {
                @for id in models { (mark(catalog.model(id), Kind::Model)) }
                b { (file(&source.path)) }
                span.muted.small { (names) }
            }
            pre tabindex="0" role="group" aria-label={ "Code: " (names) } { (text.code(0..text.lines.len())) }
        }
    }
}

/// The name of a file without its folders.
#[must_use]
pub fn file(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The source of this model; of none, the contract.
#[must_use]
pub fn source_of<'a>(sources: &'a [Source], model: Option<&str>) -> Option<&'a Source> {
    sources.iter().find(|source| source.model.as_deref() == model)
}

fn name<'a>(catalog: &'a Catalog, id: &'a str) -> &'a str {
    catalog.model(id).map_or(id, |model| &model.name)
}

/// Lines that are drawn together, and what they are if they are folded; empty if they are not.
struct Block {
    lines: Range<usize>,
    fold: &'static str,
}

/// A source, line by line.
struct Text<'a> {
    /// What its lines are called after; nothing has no numbers.
    id: &'a str,
    /// The line that is marked, counted from 1; 0 is none.
    marked: usize,
    pieces: Vec<Vec<(PieceKind, &'a str)>>,
    /// The same in plain, without what stands before and after.
    lines: Vec<String>,
}

impl<'a> Text<'a> {
    fn of_model(sources: &'a [Source], model: &'a str, line: Option<&Line>) -> Option<Self> {
        Some(Self::of(source_of(sources, Some(model))?, model, line))
    }

    fn of(source: &'a Source, id: &'a str, line: Option<&Line>) -> Self {
        let mut pieces = vec![Vec::new()];
        for Piece(kind, text) in &source.pieces {
            for (index, part) in text.split('\n').enumerate() {
                if index > 0 {
                    pieces.push(Vec::new());
                }
                if let Some(last) = pieces.last_mut().filter(|_| !part.is_empty()) {
                    last.push((*kind, part));
                }
            }
        }
        // The end of the last line begins no other.
        pieces.pop_if(|last| last.is_empty());
        let lines = source.text().lines().map(|line| line.trim().to_owned()).collect();
        let marked = line.filter(|line| line.model == id).map_or(0, |line| line.number);
        Self { id, marked, pieces, lines }
    }

    /// The lines between the marks of regions, with the name of each.
    fn regions(&self) -> Vec<(&str, Range<usize>)> {
        let (mut regions, mut open) = (Vec::new(), None);
        for (at, line) in self.lines.iter().enumerate() {
            if let Some(region) = line.strip_prefix("// region: ") {
                open = Some((region, at + 1));
            } else if line == "// endregion"
                && let Some((region, from)) = open.take()
            {
                regions.push((region, from..at));
            }
        }
        regions
    }

    fn blocks(&self, blocks: &[Block]) -> Markup {
        html! {
            @if blocks.is_empty() { p.muted.small { "Not in this file." } }
            @for Block { lines, fold } in blocks {
                @if fold.is_empty() { pre { (self.code(lines.clone())) } }
                @else {
                    details.fold open[lines.contains(&(self.marked.wrapping_sub(1)))] {
                        summary { (lines.len()) " lines: " (fold) }
                        pre { (self.code(lines.clone())) }
                    }
                }
            }
        }
    }

    fn code(&self, lines: Range<usize>) -> Markup {
        html! {
            code {
                @for index in lines {
                    span.line {
                        @if !self.id.is_empty() {
                            @let id = format!("L-{}-{}", self.id, index + 1);
                            @let current = (index + 1 == self.marked).then_some("true");
                            a id=(id) href={ "#" (id) } data-item tabindex="-1" aria-current=[current] { (index + 1) }
                        }
                        @for (kind, text) in &self.pieces[index] {
                            @match class_of(*kind) {
                                None => (text),
                                Some(class) => span class=(class) { (text) },
                            }
                        }
                        "\n"
                    }
                }
            }
        }
    }
}

fn is_marked(text: &Text<'_>) -> bool {
    !text.regions().is_empty()
}

/// The names of both texts' regions and what they mean: the known ones in their order, then others as they come.
fn region_names<'a>(left: &'a Text<'_>, right: Option<&'a Text<'_>>) -> Vec<(&'a str, &'static str)> {
    let there: Vec<&str> = [Some(left), right].into_iter().flatten().flat_map(Text::regions).map(|(region, _)| region).collect();
    let mut names: Vec<(&str, &str)> = REGIONS.into_iter().filter(|(region, _)| there.contains(region)).collect();
    for region in there {
        if names.iter().all(|(known, _)| *known != region) {
            names.push((region, ""));
        }
    }
    names
}

/// A whole text, imports and gate folded where they are two lines or more.
fn folded(lines: &[String]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut imports = false;
    for (at, line) in lines.iter().enumerate() {
        imports |= line.starts_with("use ");
        let fold = match imports {
            true => "imports",
            false if GATE.iter().any(|word| line.contains(word)) => "gate",
            false => "",
        };
        imports &= !line.ends_with(';');
        match blocks.last_mut() {
            Some(last) if last.fold == fold || (line.is_empty() && last.fold == "imports") => last.lines.end = at + 1,
            _ => blocks.push(Block { lines: at..at + 1, fold }),
        }
    }
    blocks.iter_mut().filter(|block| block.lines.len() < 2).for_each(|block| block.fold = "");
    blocks
}

/// Lines of two texts that stand in one row: the same in both, or what each has alone.
#[derive(Debug, PartialEq)]
struct Hunk {
    same: bool,
    left: Range<usize>,
    right: Range<usize>,
}

/// Two texts from end to end.
fn hunks(left: &[String], right: &[String]) -> Vec<Hunk> {
    let mut hunks = Vec::new();
    let (mut from, mut its) = (0, 0);
    let common = common(left, right);
    let mut rest = common.as_slice();
    while let Some(&(at, there)) = rest.first() {
        let length = rest.iter().zip(0..).take_while(|(pair, index)| **pair == (at + index, there + index)).count();
        rest = &rest[length..];
        // A brace or an empty line is common by chance, and aligns nothing.
        let says = |line: &String| line.bytes().any(|byte| byte.is_ascii_alphanumeric());
        if left[at..at + length].iter().any(says) {
            hunks.push(Hunk { same: false, left: from..at, right: its..there });
            (from, its) = (at + length, there + length);
            hunks.push(Hunk { same: true, left: at..from, right: there..its });
        }
    }
    hunks.push(Hunk { same: false, left: from..left.len(), right: its..right.len() });
    hunks.retain(|hunk| !hunk.left.is_empty() || !hunk.right.is_empty());
    hunks
}

/// The longest sequence of lines that both have, as places in each.
fn common(left: &[String], right: &[String]) -> Vec<(usize, usize)> {
    let width = right.len() + 1;
    if left.len().saturating_mul(width) > ALIGNED {
        return Vec::new();
    }
    // How many lines are common from these two on.
    let mut longest = vec![0_u16; (left.len() + 1) * width];
    for at in (0..left.len()).rev() {
        for there in (0..right.len()).rev() {
            let cell = at * width + there;
            longest[cell] = match left[at] == right[there] {
                true => longest[cell + width + 1] + 1,
                false => longest[cell + width].max(longest[cell + 1]),
            };
        }
    }
    let (mut pairs, mut at, mut there) = (Vec::new(), 0, 0);
    while at < left.len() && there < right.len() {
        let cell = at * width + there;
        if left[at] == right[there] {
            pairs.push((at, there));
            (at, there) = (at + 1, there + 1);
        } else if longest[cell + width] >= longest[cell + 1] {
            at += 1;
        } else {
            there += 1;
        }
    }
    pairs
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

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(|line| line.trim().to_owned()).collect()
    }

    fn hunk(same: bool, left: Range<usize>, right: Range<usize>) -> Hunk {
        Hunk { same, left, right }
    }

    #[test]
    fn two_texts_are_aligned_by_what_they_have_in_common_whatever_its_indentation() {
        let left = lines("make\nspawn a thread\nwait\n  join");
        let right = lines("make\nspawn a task\nyield\n    wait\njoin\nend");
        assert_eq!(
            hunks(&left, &right),
            [hunk(true, 0..1, 0..1), hunk(false, 1..2, 1..3), hunk(true, 2..4, 3..5), hunk(false, 4..4, 5..6),]
        );
    }

    #[test]
    fn what_is_common_by_chance_aligns_nothing() {
        assert_eq!(hunks(&lines("a {\n}\n"), &lines("b {\n}\n\n")), [hunk(false, 0..2, 0..3)]);
        assert_eq!(hunks(&lines("same {\n}\n"), &lines("same {\n}\n")), [hunk(true, 0..2, 0..2)]);
        assert_eq!(hunks(&[], &[]), []);
    }

    #[test]
    fn every_line_of_both_texts_is_in_exactly_one_hunk() {
        let (left, right) = (lines("a\nb\nc\na\nb\nb\na"), lines("c\nb\na\nb\na\nc"));
        let hunks = hunks(&left, &right);
        let all = |of: fn(&Hunk) -> &Range<usize>| -> Vec<usize> { hunks.iter().flat_map(|hunk| of(hunk).clone()).collect() };
        assert_eq!(all(|hunk| &hunk.left), (0..7).collect::<Vec<_>>());
        assert_eq!(all(|hunk| &hunk.right), (0..6).collect::<Vec<_>>());
        for Hunk { left: its, right: other, .. } in hunks.iter().filter(|hunk| hunk.same) {
            assert_eq!(left[its.clone()], right[other.clone()]);
        }
        let common: usize = hunks.iter().filter(|hunk| hunk.same).map(|hunk| hunk.left.len()).sum();
        assert_eq!(common, 4, "the longest there is: {hunks:?}");
    }

    #[test]
    fn imports_and_gate_are_folded_and_every_line_is_there() {
        let text = lines(
            "//! Head.\n\nuse std::{\n    thread,\n};\nuse a;\n\nfn run() {\n    gate.all_wait();\n    measure.start();\n    work();\n    gate.open();\n}",
        );
        let blocks = folded(&text);
        let told: Vec<(Range<usize>, &str)> = blocks.iter().map(|block| (block.lines.clone(), block.fold)).collect();
        assert_eq!(told, [(0..2, ""), (2..7, "imports"), (7..8, ""), (8..10, "gate"), (10..11, ""), (11..12, ""), (12..13, "")]);
    }
}
