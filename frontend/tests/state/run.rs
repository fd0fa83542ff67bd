//! A run, the sample, and how they are asked for and followed.

use frontend::state::{
    Address, Connection, Effect, HistoryEntry, Notice, PageAction, RunAction, ServerMessage, State, UserAction,
};
use frontend::web::api::Failure;
use protocol::{Draft, Happening, Value};

use super::{
    act, address, begun, experiment, finished, hear, numbered, open, run_trial, running, sample, tell, type_units, unknown,
};

#[test]
fn a_run_is_followed_from_its_first_event_on_and_its_link_is_in_the_address() {
    let mut state = open("/", "");
    let effects = act(&mut state, RunAction::Start);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Start(_))));
    let effects = hear(&mut state, ServerMessage::Submitted(Ok("abc".into())));
    assert!(effects.contains(&Effect::Follow("abc".into(), 0)));
    assert!(matches!(address(&effects), Some((url, HistoryEntry::Push)) if url.ends_with("&run=abc")));
}

#[test]
fn what_is_on_its_way_to_the_server_is_not_sent_twice() {
    let mut state = open("/", "");
    let sends = |effects: Vec<Effect>| effects.iter().any(|effect| matches!(effect, Effect::Start(_)));
    assert!(sends(act(&mut state, RunAction::Start)));
    assert!(!sends(act(&mut state, RunAction::Start)), "not before the answer");
    hear(&mut state, ServerMessage::Submitted(Ok("abc".into())));
    assert!(!sends(act(&mut state, RunAction::Start)), "nor between the answer and the first event");
    let log = finished("abc", &experiment(&state));
    tell(&mut state, log);
    assert!(sends(act(&mut state, RunAction::Start)), "but when it is over");
    hear(&mut state, ServerMessage::Submitted(Err(unknown())));
    assert!(sends(act(&mut state, RunAction::Start)), "and when the server would not have it");
}

#[test]
fn events_fill_the_run_in() {
    let mut state = running();
    let first = state.run.shown().unwrap().run.plan[0].clone();
    let [started, ended] = run_trial(&first);
    tell(&mut state, numbered(4, [started]));
    assert_eq!(state.run.shown().unwrap().run.running.map(|running| running.order), Some(0));
    tell(&mut state, numbered(5, [ended]));
    let run = &state.run.shown().unwrap().run;
    assert_eq!((run.trials.len(), run.running), (1, None));
    let effects = tell(&mut state, numbered(6, [Happening::Finished { conditions: None }]));
    assert!(effects.contains(&Effect::Unfollow));
    assert!(state.run.shown().is_some_and(|shown| !shown.is_going_on()));
}

#[test]
fn the_sample_is_shown_on_a_first_visit_alone_and_belongs_to_its_own_experiment() {
    let (_, effects) = State::open(Address::of("/echo", "units=5"), None);
    assert!(!effects.contains(&Effect::LoadSample));
    let (_, effects) = State::open(Address::of("/", ""), None);
    assert!(effects.contains(&Effect::LoadSample));

    let mut state = open("/", "");
    let mut of_the_sample = experiment(&state);
    of_the_sample.params.insert("units".into(), Value::Integer(500));
    hear(&mut state, ServerMessage::Sample(Ok(sample(&finished("sample", &of_the_sample)))));
    assert_eq!((state.linked_run(), state.run.is_going_on()), (None, false));
    assert_eq!(experiment(&state).units(), 10, "the form keeps the first preset");
    let effects = act(&mut state, RunAction::StartShown);
    let of_the_sample = Box::new(Draft::of_experiment(&of_the_sample));
    assert!(effects.contains(&Effect::Start(of_the_sample)), "run it here means the sample's experiment");
}

#[test]
fn a_sample_that_comes_late_or_not_at_all_takes_nothing_away() {
    let mut state = running();
    let log = finished("sample", &experiment(&state));
    hear(&mut state, ServerMessage::Sample(Ok(sample(&log))));
    assert_eq!(state.run.id(), Some("abc"));
    let mut state = open("/", "");
    assert_eq!(hear(&mut state, ServerMessage::Sample(Err(unknown()))), []);
    assert!(!state.run.awaits_sample && state.page.notices.is_empty());
}

#[test]
fn what_the_page_is_for_is_said_until_a_run_is_asked_for_by_a_click_or_by_a_link() {
    let mut state = open("/", "");
    let log = finished("sample", &experiment(&state));
    hear(&mut state, ServerMessage::Sample(Ok(sample(&log))));
    assert!(!state.run.asked, "nobody has asked for the sample");
    act(&mut state, RunAction::Start);
    assert!(state.run.asked);
    assert!(open("/echo", "units=10&v=1&run=abc").run.asked);
    assert!(!open("/echo", "units=10&v=1").run.asked);
}

#[test]
fn escape_closes_the_sheet_before_it_cancels() {
    let mut state = running();
    act(&mut state, PageAction::ShowSheet(true));
    assert!(act(&mut state, UserAction::Escape).is_empty() && !state.page.sheet);
    assert!(act(&mut state, UserAction::Escape).contains(&Effect::Cancel("abc".into())));
}

#[test]
fn a_run_that_this_server_does_not_know_is_said_and_its_experiment_stays() {
    let mut state = open("/echo", "units=55&v=1&run=gone");
    assert_eq!(state.run.wanted.as_deref(), Some("gone"));
    hear(&mut state, ServerMessage::StreamEnded(Some(unknown())));
    assert_eq!(state.page.notices, [Notice::UnknownRun("gone".into())]);
    assert_eq!((state.form.draft().fields["units"].as_str(), state.cannot_run()), ("55", None));

    let mut state = running();
    hear(&mut state, ServerMessage::StreamEnded(Some(Failure::Away)));
    hear(&mut state, ServerMessage::StreamEnded(Some(unknown())));
    assert_eq!(state.run.shown().unwrap().connection, Connection::Lost);
    assert_eq!(state.cannot_run(), None, "a lost run does not stand in the way of the next");
}

#[test]
fn a_wanted_run_that_is_not_known_leaves_the_one_on_show_followed() {
    let mut state = running();
    let effects = act(&mut state, UserAction::Navigate(Address::of("/echo", "units=10&v=1&run=gone")));
    assert!(effects.contains(&Effect::Follow("gone".into(), 0)), "{effects:?}");
    let effects = hear(&mut state, ServerMessage::StreamEnded(Some(unknown())));
    assert_eq!(state.page.notices, [Notice::UnknownRun("gone".into())]);
    assert!(effects.contains(&Effect::Follow("abc".into(), 3)), "{effects:?}");
    assert!(state.run.is_going_on());
}

#[test]
fn a_wanted_run_that_nobody_waits_for_any_more_is_not_taken_for_the_one_on_show() {
    let mut state = running();
    act(&mut state, UserAction::Navigate(Address::of("/echo", "units=10&v=1&run=other")));
    let effects = act(&mut state, UserAction::Navigate(Address::of("/echo", "units=10&v=1&run=abc")));
    assert_eq!(state.run.wanted, None);
    assert!(effects.contains(&Effect::Follow("abc".into(), 3)), "{effects:?}");
}

#[test]
fn a_link_to_a_run_shows_it_and_an_edit_leaves_it_on_show() {
    let mut state = open("/echo", "units=10&v=1&run=abc");
    let log = finished("abc", &experiment(&open("/", "")));
    tell(&mut state, log);
    assert!(state.run.shown().is_some_and(|shown| shown.id() == Some("abc") && !shown.is_going_on()));
    type_units(&mut state, "11");
    assert!(state.run.shown().is_some_and(|shown| !state.is_of_the_form(shown)));
}

#[test]
fn a_result_is_read_with_its_own_part_of_a_catalogue() {
    let mut state = open("/", "");
    let mut happenings = begun("abc", &experiment(&state));
    if let Happening::Submitted(submission) = &mut happenings[0] {
        submission.catalog.workloads[0].name = "Echo of another day".into();
    }
    act(&mut state, UserAction::Navigate(Address::of("/echo", "units=10&v=1&run=abc")));
    tell(&mut state, numbered(1, happenings));
    assert_eq!(state.run.shown().unwrap().workload_name(), "Echo of another day");
}
