//! The lanes of a result: when they can be opened, where they are had from, and how the address says what is looked at.

use frontend::edition::Edition;
use frontend::state::{
    FormAction, HistoryEntry, LanesAction, LanesAddress, Notice, Place, RunAction, ServerMessage, State, UserAction,
};
use protocol::{Happening, TrialStatus, Value};

use super::{act, address, experiment, finished, hear, open, tell};

/// A page with a run that is over, with lanes or without.
fn over(lanes: &str) -> State {
    let mut state = open("/echo", &format!("models=threads,tokio&lanes={lanes}&v=1"));
    act(&mut state, RunAction::Start);
    hear(&mut state, ServerMessage::Submitted(Ok("abc".into())));
    let experiment = experiment(&state);
    tell(&mut state, finished("abc", &experiment));
    state
}

fn view(state: &State) -> Option<&str> {
    state.result.view().lanes.as_deref()
}

#[test]
fn lanes_are_opened_looked_at_and_closed_and_the_address_says_so() {
    let mut state = over("on");
    assert!(state.lanes_of().is_none());
    let effects = act(&mut state, LanesAction::Open);
    let (opened, entry) = address(&effects).unwrap();
    assert!(opened.contains("&lanes-view=&") && entry == HistoryEntry::Push, "{opened}");
    assert!(state.lanes_of().is_some());

    let effects = act(&mut state, LanesAction::read("view 0_400000.threads").unwrap());
    let (looked, entry) = address(&effects).unwrap();
    assert!(looked.contains("&lanes-view=0_400000.threads&") && entry == HistoryEntry::ReplaceSoon, "{looked}");
    act(&mut state, LanesAction::View("no view".into()));
    assert_eq!(view(&state), Some("0_400000.threads"), "what cannot stand in a link is not taken");

    let effects = act(&mut state, UserAction::Escape);
    let (closed, entry) = address(&effects).unwrap();
    assert!(!closed.contains("lanes-view") && entry == HistoryEntry::Push, "{closed}");
    assert!(state.lanes_of().is_none());
    act(&mut state, LanesAction::View("0_1".into()));
    assert_eq!(view(&state), None, "a word that came late opens nothing");
}

#[test]
fn a_link_to_a_view_opens_it_and_back_closes_it() {
    let mut state = open("/echo", "models=threads,tokio&lanes=on&v=1&run=abc&lanes-view=5_900.cores");
    assert!(state.lanes_of().is_none(), "its result has not come");
    let experiment = experiment(&state);
    tell(&mut state, finished("abc", &experiment));
    assert!(state.lanes_of().is_some() && view(&state) == Some("5_900.cores"));
    let before = frontend::state::Address::of("/echo", "models=threads,tokio&lanes=on&v=1&run=abc");
    act(&mut state, UserAction::Navigate(before));
    assert!(state.lanes_of().is_none() && state.run.shown().is_some());
}

#[test]
fn a_view_that_cannot_be_read_is_told_of() {
    let mut state = open("/echo", "models=threads&v=1&lanes-view=%20");
    assert!(matches!(state.page.notices.as_slice(), [Notice::Link(notes)] if notes[0].field == "lanes-view"));
    assert_eq!(view(&state), None);
    act(&mut state, FormAction::Type("units".into(), "5".into()));
}

#[test]
fn where_there_are_no_lanes_they_are_recorded() {
    let mut state = over("off");
    act(&mut state, LanesAction::Open);
    assert!(state.lanes_of().is_none(), "there are none to open");
    act(&mut state, LanesAction::Record);
    assert_eq!(experiment(&state).value("lanes"), Some(&Value::Text("on".into())));
    assert!(state.run.sending);
}

#[test]
fn of_what_was_refused_no_lanes_are_offered() {
    let mut state = open("/echo", "models=threads,tokio&v=1");
    act(&mut state, RunAction::Start);
    hear(&mut state, ServerMessage::Submitted(Ok("abc".into())));
    let experiment = experiment(&state);
    let mut events = finished("abc", &experiment);
    for event in &mut events {
        if let Happening::TrialFinished { trial } = &mut event.what {
            trial.status = TrialStatus::Refused;
        }
    }
    tell(&mut state, events);
    assert!(!state.run.shown().unwrap().may_have_lanes());
    assert!(over("off").run.shown().unwrap().may_have_lanes());
}

#[test]
fn keys_of_the_form_run_nothing_while_lanes_are_open_and_the_header_leads_back() {
    let mut state = over("on");
    act(&mut state, LanesAction::Open);
    act(&mut state, RunAction::Start);
    assert!(!state.run.sending && state.lanes_of().is_some());
    let effects = act(&mut state, UserAction::Go(Place::Run));
    assert!(state.lanes_of().is_none() && address(&effects).is_some_and(|(_, entry)| entry == HistoryEntry::Push));
}

#[test]
fn a_line_that_is_pointed_at_is_put_on_a_side_of_the_code() {
    let mut state = over("on");
    act(&mut state, FormAction::ToggleModel("actix".into()));
    assert_eq!(state.sides(), ["threads", "tokio"]);
    act(&mut state, LanesAction::read("show actix:7").unwrap());
    assert_eq!(state.sides(), ["actix", "threads"]);
    assert_eq!(LanesAction::read("show actix"), None);
    assert_eq!(LanesAction::read("anything else"), None);
}

#[test]
fn lanes_are_had_from_where_the_result_is_from() {
    let mut state = over("on");
    let source = |state: &State| state.lanes_source(state.run.shown().unwrap());
    let served = LanesAddress { columns: "api/runs/abc/lanes".into(), trace: "api/runs/abc/trace.json".into(), in_parts: true };
    assert_eq!(source(&state), served);
    state.server.edition = Edition::Static;
    assert_eq!(source(&state), LanesAddress::default(), "nobody has them there");
}

#[test]
fn a_module_that_does_not_load_is_told_of_over_the_result() {
    let mut state = over("on");
    act(&mut state, LanesAction::Open);
    act(&mut state, LanesAction::Fail);
    assert!(state.lanes_of().is_none());
    assert!(matches!(state.page.notices.as_slice(), [Notice::NotOpened(why)] if why.contains("lanes")));
}
