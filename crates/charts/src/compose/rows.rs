//! The steps as rows, one under the other, with tools for the chosen one and the words that can be added.

use maud::{Markup, PreEscaped, html};
use protocol::Parameter;
use protocol::parameter::steps::{Step, Vocabulary, count, position};
use protocol::parameter::{ParameterKind, grouped};

use super::edit::{LIST, Path, Program, path_text, step_id, tool_id, word_id, wrong};
use super::life::life;

/// What can be done to a step: the verb, its sign as a path in a square of 16, what a screen reader says, its key.
const TOOLS: [(&str, &str, &str, &str); 6] = [
    ("up", "M8 13.5v-11M3.5 7L8 2.5L12.5 7", "Up", "Alt+ArrowUp"),
    ("down", "M8 2.5v11M3.5 9L8 13.5L12.5 9", "Down", "Alt+ArrowDown"),
    ("out", "M13.5 8h-11M7 3.5L2.5 8L7 12.5", "Out of its block", "Alt+ArrowLeft"),
    ("in", "M2.5 8h11M9 3.5L13.5 8L9 12.5", "Into the block beside it", "Alt+ArrowRight"),
    ("double", "M5.5 5.5h8v8h-8zM2.5 10.5v-8h8", "Duplicate", "Ctrl+d"),
    ("delete", "M3.5 3.5l9 9M12.5 3.5l-9 9", "Delete", "Delete"),
];

/// The composer's own styles: they come with it, and a page that has none is not the heavier for them.
const STYLES: &str = include_str!("compose.css");

/// So many times as many steps as there may be are still drawn, so that they can be deleted; a text of more than that was pasted.
const DRAWN: u64 = 4;

/// The whole composer.
pub(super) fn drawn(vocabulary: Vocabulary<'_>, program: &Program) -> Markup {
    let written = count(&program.steps);
    if written > DRAWN * vocabulary.most {
        return html! { p.small.muted { (grouped(written)) " steps are too many to be drawn." } };
    }
    let all = all_paths(&program.steps);
    html! {
        style { (PreEscaped(STYLES)) }
        div.composer role="group" aria-label="Composer" {
            (life(vocabulary, program))
            @if let Some(fault) = &program.fault { p.error { "The text " (fault) ": mend it, then the steps can be moved." } }
            ol.step-list id=(LIST) tabindex="-1" aria-label="Steps" data-testid="steps" {
                (list(vocabulary, program, &program.steps, &mut Vec::new(), &all))
            }
            (tools(vocabulary, program))
            (words("Add", vocabulary.words, "Adds it behind the chosen step, or in the chosen block"))
            (words("Around it", vocabulary.blocks, "Puts the chosen step between its braces"))
            p.out id="composer-keys" {
                "Arrow keys go from step to step. With Alt they move it up, down, out of its block and into the one beside it. \
                 Control D duplicates, Delete deletes."
            }
        }
    }
}

/// Every step, from the first to the last.
fn all_paths(steps: &[Step]) -> Vec<Path> {
    let one = |(index, step): (usize, &Step)| {
        let inside = all_paths(step.inside.as_deref().unwrap_or_default());
        std::iter::once(vec![index]).chain(inside.into_iter().map(move |path| [vec![index], path].concat()))
    };
    steps.iter().enumerate().flat_map(one).collect()
}

fn list(vocabulary: Vocabulary<'_>, program: &Program, steps: &[Step], path: &mut Path, all: &[Path]) -> Markup {
    html! {
        @for (index, step) in steps.iter().enumerate() {
            @let at = { path.push(index); path.clone() };
            li { (row(vocabulary, program, step, &at, all)) @if let Some(inside) = &step.inside {
                ol class=(if number_of(vocabulary, step).is_some() { "again" } else { "beside" }) aria-label={ "In step " (position(&at)) } {
                    (list(vocabulary, program, inside, path, all))
                }
                div.step-end data-drop=(path_text(&at)) {}
            } }
            @let _ = path.pop();
        }
    }
}

/// A step: its handle, its number in the program, its word, and the number behind that.
fn row(vocabulary: Vocabulary<'_>, program: &Program, step: &Step, path: &[usize], all: &[Path]) -> Markup {
    let (here, number, id) = (path_text(path), position(path), step_id(path));
    let known = vocabulary.find(&step.head);
    let word = known.map_or(step.head.as_str(), |(word, ..)| word.name.as_str());
    let chosen = program.chosen.as_deref() == Some(path);
    let wrong = wrong(vocabulary, step);
    let says = wrong.as_ref().map(|_| format!("{id}-wrong"));
    let described = says.iter().map(String::as_str).chain(["composer-keys"]).collect::<Vec<_>>().join(" ");
    html! {
        div.step-row.wrong[wrong.is_some()] data-chosen[chosen] data-testid="step" data-drop=(here)
            data-lower=(if step.inside.is_some() { "into" } else { "behind" })
            data-keys=(keys(path, &here, all)) {
            span.step-grip data-drag=(here) title="Drag it to another place" aria-hidden="true" {}
            button.step-name type="button" id=(id) aria-pressed=(chosen) aria-describedby=(described)
                data-edit={ "choose " (here) } title=[known.map(|(word, ..)| word.help.as_str())] {
                span.step-number { (number) } " " (word)
            }
            @if let Some((declared, typed)) = number_of(vocabulary, step) {
                input type="text" inputmode="numeric" autocomplete="off" spellcheck="false" id={ (id) "-number" } value=(typed)
                    data-set={ "set " (here) } aria-label={ (declared.unit) " of step " (number) ", " (word) }
                    aria-invalid=[wrong.as_ref().map(|_| "true")] aria-describedby=[says.as_deref()];
                span.unit { (declared.unit) }
            }
        }
        @if let (Some((message, accepted)), Some(says)) = (&wrong, &says) {
            p.error id=(says) data-testid="step-error" { "Step " (number) " " (message) "; accepted: " (accepted) }
        }
    }
}

/// The word of a step that takes a number, and what stands there in place of one; the default if nothing does.
fn number_of<'a>(vocabulary: Vocabulary<'a>, step: &Step) -> Option<(&'a Parameter, String)> {
    let (word, _, typed) = vocabulary.find(&step.head)?;
    let ParameterKind::Integer { default, .. } = word.kind else { return None };
    let typed = typed.strip_suffix(&word.unit).unwrap_or(typed).trim_end();
    Some((
        word,
        match typed {
            "" => default.to_string(),
            // What stands for a number that is being typed anew.
            "-" => String::new(),
            typed => typed.to_owned(),
        },
    ))
}

/// What keys mean on a row: the tools', and the way to the rows beside it.
fn keys(path: &[usize], here: &str, all: &[Path]) -> String {
    let at = all.iter().position(|other| other == path).unwrap_or(0);
    let beside = [("ArrowUp", at.wrapping_sub(1)), ("ArrowDown", at + 1)];
    let beside = beside.into_iter().filter_map(|(key, at)| Some(format!("{key}=choose {}", path_text(all.get(at)?))));
    let tools = TOOLS.iter().map(|(verb, _, _, key)| format!("{key}={verb} {here}"));
    beside.chain(tools).collect::<Vec<_>>().join("|")
}

/// What is done to the chosen step. Never disabled, so that the focus stays: what cannot be done says why.
fn tools(vocabulary: Vocabulary<'_>, program: &Program) -> Markup {
    let step = program.chosen.as_deref().map(position);
    let chosen = program.chosen.as_deref().and_then(|path| vocabulary.find(&program.step(path)?.head));
    html! {
        div.step-tools role="group" aria-label={ @match &step { Some(step) => { "Step " (step) }, None => "The chosen step" } } {
            span.small.muted { @match &step { Some(step) => { "Step " (step) }, None => "No step" } }
            @for (verb, sign, label, key) in TOOLS {
                button.icon type="button" id=(tool_id(verb)) data-edit=(verb) data-testid={ "step-" (verb) } aria-label=(label)
                    title={ (label) " (" (key.replace("Arrow", "")) ")" } aria-disabled=(step.is_none()) {
                    svg viewBox="0 0 16 16" aria-hidden="true" { path.line d=(sign) {} }
                }
            }
        }
        p.small.muted.step-help {
            @match chosen {
                Some((word, ..)) => { (word.as_step()) ": " (word.help) "." },
                None => "Words are added behind the chosen step, and blocks around it.",
            }
        }
    }
}

fn words(label: &str, words: &[Parameter], help: &str) -> Markup {
    html! {
        div.step-words role="group" aria-label=(label) {
            span.small.muted title=(help) { (label) }
            @for word in words {
                button.chip type="button" id=(word_id(&word.name)) data-edit={ "add " (word.name) } title=(word.help)
                    data-testid=(word_id(&word.name)) { (word.name) }
            }
        }
    }
}
