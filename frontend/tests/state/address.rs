//! The address bar and the history.

use frontend::state::{
    Action, Address, Effect, FormAction, HistoryEntry, Notice, Place, RunAction, ServerMessage, State, UserAction,
};

use super::{act, address, catalog, hear, open, running, type_units};

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
    let effects = act(&mut state, UserAction::Navigate(Address::of("/echo", query)));
    assert!(state.run.shown().is_some_and(|shown| state.is_of_the_form(shown)), "back again");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Follow(..))), "it is still there: {effects:?}");
}

#[test]
fn a_damaged_link_says_what_could_not_be_read() {
    let state = open("/echo", "units=5&rounds=many&colour=red&v=1");
    assert!(matches!(state.page.notices.as_slice(), [Notice::Link(notes)] if notes.len() == 2));
    assert_eq!(state.form.draft().fields["units"], "5");
}

#[test]
fn what_is_wrong_in_a_link_stays_in_the_address_until_it_is_set_right() {
    let (mut state, _) = State::open(Address::of("/echo", "units=many&models=threads,go&colour=red&v=99"), None);
    let effects = hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    let written = |effects: &[Effect]| address(effects).expect("it is written").0.to_owned();
    let first = written(&effects);
    for kept in ["/echo?units=many&", "&models=threads,go&", "&v=99", "&colour=red"] {
        assert!(first.contains(kept), "{kept} in {first}");
    }
    let rounds = written(&act(&mut state, FormAction::Type("rounds".into(), "5".into())));
    assert!(
        rounds.contains("units=many&rounds=5&") && rounds.contains("&v=1"),
        "a link that was edited is of this page: {rounds}"
    );
    let units = written(&type_units(&mut state, "7"));
    assert!(units.contains("units=7&") && units.contains("models=threads,go&"), "{units}");
    let models = written(&act(&mut state, FormAction::ToggleModel("tokio".into())));
    assert!(models.contains("models=threads,tokio&") && models.contains("&colour=red"), "{models}");
    act(&mut state, RunAction::Start);
    let run = written(&hear(&mut state, ServerMessage::Submitted(Ok("abc".into()))));
    assert!(!run.contains("colour") && run.ends_with("&run=abc"), "what is run is what is meant: {run}");
}

#[test]
fn an_unknown_workload_stays_in_the_address_until_another_is_chosen() {
    let (mut state, _) = State::open(Address::of("/eccho", "units=12&v=1"), None);
    let effects = hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    assert!(address(&effects).is_some_and(|(url, _)| url.starts_with("/eccho?units=12&")), "{effects:?}");
    let effects = act(&mut state, FormAction::ChoosePreset(1));
    assert!(address(&effects).is_some_and(|(url, _)| url.starts_with("/echo?units=20&")), "{effects:?}");
}

#[test]
fn a_parameter_that_is_given_twice_is_said_and_the_last_is_used() {
    let state = open("/echo", "units=5&units=7&v=1");
    let [Notice::Link(notes)] = state.page.notices.as_slice() else { panic!("{:?}", state.page.notices) };
    assert!(notes[0].to_string().starts_with("units: is given twice; the last, 7, is used"), "{notes:?}");
    assert_eq!(state.form.draft().fields["units"], "7");
}

#[test]
fn the_history_has_an_address_of_its_own_and_leaves_the_form_as_it_is() {
    let mut state = open("/echo", "units=5&v=1");
    let effects = act(&mut state, UserAction::Go(Place::History));
    assert_eq!(address(&effects), Some(("/history", HistoryEntry::Push)));
    let effects = act(&mut state, UserAction::Go(Place::Run));
    assert!(address(&effects).is_some_and(|(url, _)| url.starts_with("/echo?units=5&")), "{effects:?}");
    act(&mut state, UserAction::Navigate(Address::of("/history", "")));
    assert_eq!((state.place, state.form.draft().fields["units"].as_str()), (Place::History, "5"));
    assert_eq!(open("/history", "").form.problems(), [], "opened there, the form has what it has at first");
}
