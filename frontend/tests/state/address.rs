//! The address bar and the history.

use frontend::state::{Action, Effect, FormAction, HistoryEntry, Notice, UserAction};

use super::{act, address, open, running, type_units};

#[test]
fn the_address_is_the_link_at_every_moment_even_half_typed() {
    let mut state = open("/", "");
    let effects = type_units(&mut state, "12x");
    let (url, entry) = address(&effects).unwrap();
    assert!(url.starts_with("/echo?units=12x&") && entry == HistoryEntry::Replace, "{url}");
    let effects = act(&mut state, FormAction::ChoosePreset(1));
    assert!(
        matches!(address(&effects), Some((url, HistoryEntry::Push)) if url.contains("units=20")),
        "a preset is a step of its own"
    );
    assert_eq!(address(&state.apply(Action::Wake)), None, "nothing changed, nothing is written");
}

#[test]
fn an_edit_after_a_result_leaves_the_result_and_its_link_to_go_back_to() {
    let mut state = running();
    let effects = type_units(&mut state, "11");
    let (url, entry) = address(&effects).unwrap();
    assert!(entry == HistoryEntry::Push && !url.contains("run="), "{url}");
    assert!(state.run.shown().is_some_and(|shown| !state.is_of_the_form(shown)), "the old result is of other parameters");
    let query = "units=10&rounds=100&models=threads,tokio&cores=all&workers=2&repetitions=3&until=all\
        &lanes=off&seed=42&driver=worker&v=1&run=abc";
    let effects = act(&mut state, UserAction::Navigate("/echo".into(), query.into()));
    assert!(state.run.shown().is_some_and(|shown| state.is_of_the_form(shown)), "back again");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Follow(..))), "it is still there: {effects:?}");
}

#[test]
fn a_damaged_link_says_what_could_not_be_read() {
    let state = open("/echo", "units=5&rounds=many&colour=red&v=1");
    assert!(matches!(state.page.notices.as_slice(), [Notice::Link(notes)] if notes.len() == 2));
    assert_eq!(state.form.draft().fields["units"], "5");
}
