//! The history of results as a list: a row for each, with what a person does to it.
//!
//! What the page is to react to has a data attribute that names the run: `data-open` is the row (a click in it opens the result),
//! `data-name` the field with its name, `data-tick`, `data-pin`, `data-delete` what the words say, `data-unshare` the button that
//! deletes a stored copy (with `data-of` for the run).

use maud::{Markup, html};
use protocol::catalog::Look;

use crate::mark::of_look;
use crate::words::counted;

/// A result of the history, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryRow<'a> {
    /// The run's id.
    pub run: &'a str,
    /// What a person calls it; else empty.
    pub name: &'a str,
    /// What it is called without a name: "TCP echo, 24 Nov 2026, 08:37".
    pub title: &'a str,
    /// What came out, in a sentence; or why it cannot be told.
    pub sentence: &'a str,
    /// The models' names and looks.
    pub models: Vec<(&'a str, &'a Look)>,
    /// Of what, where, when and from where, each in a few words.
    pub facts: Vec<&'a str>,
    /// What it does without, if it is not whole.
    pub left_out: &'a [String],
    /// The ids that it is stored under on a server, whose delete tokens this browser has.
    pub stored: Vec<&'a str>,
    /// Whether it stands above the others.
    pub pinned: bool,
    /// Whether it is ticked, to be compared.
    pub ticked: bool,
}

/// The list; nothing of nothing.
#[must_use]
pub fn history(rows: &[HistoryRow<'_>]) -> String {
    let markup = html! {
        @if !rows.is_empty() {
            ul.kept data-roving aria-label="Results" { @for row in rows { (drawn(row)) } }
        }
    };
    markup.into_string()
}

fn drawn(row: &HistoryRow<'_>) -> Markup {
    let called = if row.name.is_empty() { row.title } else { row.name };
    html! {
        li data-open=(row.run) data-testid="kept" {
            label.kept-tick title="Compare it" {
                input type="checkbox" data-tick=(row.run) data-testid="tick" checked[row.ticked] aria-label={ "Compare " (called) };
            }
            div.kept-what {
                input.kept-name type="text" value=(row.name) placeholder=(row.title) maxlength="200" autocomplete="off"
                    spellcheck="false" data-name=(row.run) data-testid="kept-name" aria-label={ "Name of " (row.title) };
                button.kept-open type="button" data-item data-testid="kept-open" { (row.sentence) }
                p.small.muted.kept-facts {
                    span.kept-models { @for (name, look) in &row.models { span.who { (of_look(look)) (name) } } }
                    @for fact in &row.facts { span { (fact) } }
                }
                @if !row.left_out.is_empty() { p.small.muted { "Without " (listed(row.left_out)) ": it came in a link." } }
                @for id in &row.stored {
                    p.small.muted data-testid="stored-at" {
                        "shared as " a href={ "r/" (id) } { "/r/" (id) } " · "
                        button.link type="button" data-unshare=(id) data-of=(row.run) data-testid="unshare" { "delete there" }
                    }
                }
            }
            div.kept-deeds {
                button.link type="button" data-pin=(row.run) data-testid="pin" aria-pressed=(row.pinned)
                    aria-label={ @if row.pinned { "Pinned " } @else { "Pin " } (called) } {
                    @if row.pinned { "Pinned" } @else { "Pin" }
                }
                button.link type="button" data-delete=(row.run) data-testid="delete" aria-label={ "Delete " (called) } { "Delete" }
            }
        }
    }
}

fn listed(parts: &[String]) -> String {
    match parts {
        [some @ .., last] if !some.is_empty() => format!("{} and {last}", some.join(", ")),
        parts => parts.concat(),
    }
}

/// How many there are, of how many: "8 results", "2 of 8 results".
#[must_use]
pub fn shown_of(shown: usize, all: usize) -> String {
    if shown == all { counted(all, "result") } else { format!("{shown} of {}", counted(all, "result")) }
}

#[cfg(test)]
mod tests {
    use protocol::catalog::Shape;

    use super::*;

    #[test]
    fn what_comes_from_outside_is_text() {
        let hostile = "<img src=x onerror=alert(1)>\"'";
        let look = Look { shape: Shape::Circle, notched: false, light: "url(http://x)".into(), dark: String::new() };
        let row = HistoryRow {
            run: hostile,
            name: hostile,
            title: hostile,
            sentence: hostile,
            models: vec![(hostile, &look)],
            facts: vec![hostile],
            stored: vec![hostile],
            left_out: &[hostile.to_owned()],
            ..HistoryRow::default()
        };
        let text = history(&[row]);
        assert!(!text.contains("<img") && !text.contains("=x onerror=alert(1)>\"") && !text.contains("url("), "{text}");
        assert_eq!(text.matches('<').count(), text.matches('>').count());
    }

    #[test]
    fn parts_are_listed_and_counted_as_people_do() {
        let parts = |names: &[&str]| listed(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!((parts(&["a"]), parts(&["a", "b", "c"])), ("a".into(), "a, b and c".into()));
        assert_eq!((shown_of(1, 1), shown_of(2, 8)), ("1 result".into(), "2 of 8 results".into()));
    }
}
