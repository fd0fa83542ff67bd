//! The life of one unit, for one round: what it does, drawn from left to right, with what it does at once one above the other.
//!
//! A round has steps of a microsecond beside waits of seconds: widths go by the logarithm of the time that a step asks for, and a
//! step that asks for none has the least. What is repeated is drawn once, under a bracket that says how often.

use std::collections::BTreeMap;

use analysis::numbers::time;
use maud::{Markup, html};
use protocol::parameter::grouped;
use protocol::parameter::steps::{Meaning, Step, Vocabulary, meaning, position};

use super::edit::{Path, Program, path_text};

/// How wide a step is that asks for no time, and what each doubling of a microsecond adds.
const LEAST: u32 = 24;
const DOUBLING: u32 = 5;

/// What a stretch of steps looks like.
struct Drawn {
    markup: Markup,
    /// How wide it is beside others.
    width: u32,
    /// How long it takes at least, µs.
    least: u64,
}

/// How often each word is done in a round, and how long in all, µs, by its place in the vocabulary.
type Totals = BTreeMap<usize, (u64, u64)>;

/// The life, and what it comes to in words.
pub(super) fn life(vocabulary: Vocabulary<'_>, program: &Program) -> Markup {
    let mut totals = Totals::new();
    let drawn = in_turn(vocabulary, program, &program.steps, &mut Vec::new(), 1, &mut totals);
    let words = totals.iter().filter_map(|(index, (times, least))| {
        let word = &vocabulary.words.get(*index)?.name;
        Some(match least {
            0 if *times == 1 => word.clone(),
            0 => format!("{word} × {}", grouped(*times)),
            least => format!("{word} {}", in_words(*least)),
        })
    });
    let words = words.collect::<Vec<_>>().join(" · ");
    html! {
        figure.life data-testid="life" {
            div.life-line role="img" aria-label={ "One round of one unit: " (words) } { (drawn.markup) }
            figcaption.small.muted {
                "One round of one unit: " (words)
                @if drawn.least > 0 { ". At least " (in_words(drawn.least)) ", widths by logarithm." }
            }
        }
    }
}

fn in_words(microseconds: u64) -> String {
    time(microseconds as f64 * 1_000.0)
}

/// Steps one after the other; `times` is how often all of it is done in a round.
fn in_turn(
    vocabulary: Vocabulary<'_>,
    program: &Program,
    steps: &[Step],
    path: &mut Path,
    times: u64,
    totals: &mut Totals,
) -> Drawn {
    let mut parts = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        path.push(index);
        parts.push(one(vocabulary, program, step, path, times, totals));
        path.pop();
    }
    let (width, least) =
        (parts.iter().map(|part| part.width).sum(), parts.iter().fold(0, |sum, part| part.least.saturating_add(sum)));
    Drawn { markup: html! { @for part in &parts { (part.markup) } }, width, least }
}

fn one(vocabulary: Vocabulary<'_>, program: &Program, step: &Step, path: &mut Path, times: u64, totals: &mut Totals) -> Drawn {
    let meant = meaning(vocabulary, step).ok();
    let inside = step.inside.as_deref().unwrap_or_default();
    match meant {
        Some(Meaning { number: Some(often), is_block: true, .. }) => {
            let all = in_turn(vocabulary, program, inside, path, times.saturating_mul(often), totals);
            let markup = html! {
                span.life-again style=(grow(all.width)) {
                    span.life-turn { (all.markup) }
                    @if often > 1 { span.life-often { "× " (grouped(often)) } }
                }
            };
            Drawn { markup, width: all.width, least: all.least.saturating_mul(often) }
        }
        Some(Meaning { number: None, is_block: true, .. }) => {
            let mut rows = Vec::new();
            for (index, branch) in inside.iter().enumerate() {
                path.push(index);
                rows.push(one(vocabulary, program, branch, path, times, totals));
                path.pop();
            }
            let width = rows.iter().map(|row| row.width).max().unwrap_or(LEAST);
            // A branch that is done earlier than the others waits for them.
            let row = |row: &Drawn| {
                html! {
                    span.life-turn { (row.markup) @if row.width < width { span.life-rest style=(grow(width - row.width)) {} } }
                }
            };
            let markup = html! { span.life-beside style=(grow(width)) { @for one in &rows { (row(one)) } } };
            Drawn { markup, width, least: rows.iter().map(|row| row.least).max().unwrap_or(0) }
        }
        _ => {
            let least = meant.and_then(|meant| Some(meant.number?.saturating_mul(microseconds(&meant.word.unit)?))).unwrap_or(0);
            let index = meant.and_then(|meant| vocabulary.words.iter().position(|word| word.name == meant.word.name));
            if let Some(index) = index {
                let total = totals.entry(index).or_default();
                *total = (total.0.saturating_add(times), total.1.saturating_add(least.saturating_mul(times)));
            }
            let width = LEAST + DOUBLING * least.checked_ilog2().unwrap_or(0);
            let kind = meant.map_or("wrong", |meant| meant.word.name.as_str());
            let word = vocabulary.find(&step.head).map_or(step.head.as_str(), |(word, ..)| word.name.as_str());
            let chosen = program.chosen.as_deref() == Some(path);
            // The word where there is room for it, its number where there is a little.
            let markup = html! {
                span class={ "bit " (kind) } style=(grow(width)) title={ "Step " (position(path)) ": " (step.head) }
                    data-chosen[chosen] data-edit={ "choose " (path_text(path)) } {
                    span.bit-word { (word) } span.bit-number.long[path.len() > 1] { (position(path)) }
                }
            };
            Drawn { markup, width, least }
        }
    }
}

fn grow(width: u32) -> String {
    format!("flex-grow:{width}")
}

/// What a number of this unit is in µs, if it is a time.
fn microseconds(unit: &str) -> Option<u64> {
    match unit {
        "µs" => Some(1),
        "ms" => Some(1_000),
        _ => None,
    }
}
