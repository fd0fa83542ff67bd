//! A server that is away or of another build, a stream that breaks.

use frontend::state::{Address, Connection, Effect, Notice, RunAction, ServerMessage, State};
use frontend::web::api::Failure;
use protocol::{Happening, RunState};

use super::{act, catalog, experiment, hear, numbered, open, run_trial, running, tell, type_units};

#[test]
fn a_broken_stream_is_said_and_taken_up_again_where_it_broke() {
    let mut state = running();
    assert!(hear(&mut state, ServerMessage::StreamEnded(None)).contains(&Effect::RetryLater));
    assert_eq!(state.run.shown().unwrap().connection, Connection::Reconnecting);
    assert!(hear(&mut state, ServerMessage::Retry).contains(&Effect::Follow("abc".into(), 3)));
    let first = state.run.shown().unwrap().run.plan[0].clone();
    tell(&mut state, numbered(4, run_trial(&first)));
    let shown = state.run.shown().unwrap();
    assert_eq!((shown.connection, shown.run.trials.len()), (Connection::Good, 1));
}

#[test]
fn a_stream_that_is_whole_again_may_be_silent_for_as_long_as_a_trial_takes() {
    let mut state = running();
    for _ in 0..2 {
        assert_eq!(hear(&mut state, ServerMessage::StreamEnded(None)), [Effect::Unfollow, Effect::RetryLater]);
        hear(&mut state, ServerMessage::Retry);
        hear(&mut state, ServerMessage::StreamOpened);
        assert_eq!(state.run.shown().unwrap().connection, Connection::Good);
    }
    assert!(!state.server.away, "it answers each time");
}

#[test]
fn a_wanted_run_whose_server_does_not_answer_is_asked_for_when_it_is_back() {
    let mut state = open("/echo", "units=5&v=1&run=abc");
    hear(&mut state, ServerMessage::StreamEnded(Some(Failure::Away)));
    assert!(state.server.away);
    let effects = hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    assert!(effects.contains(&Effect::Follow("abc".into(), 0)), "{effects:?}");
}

#[test]
fn the_end_of_the_stream_of_a_run_that_is_over_is_no_break() {
    let mut state = running();
    tell(&mut state, numbered(4, [Happening::Finished { conditions: None }]));
    assert_eq!(hear(&mut state, ServerMessage::StreamEnded(None)), [Effect::Unfollow]);
    assert_eq!(state.run.shown().unwrap().connection, Connection::Good);
}

#[test]
fn a_server_that_went_away_is_asked_until_it_is_back_and_nothing_typed_is_lost() {
    let mut state = running();
    type_units(&mut state, "33");
    hear(&mut state, ServerMessage::StreamEnded(None));
    assert!(!state.server.away, "it may have been the stream alone");
    hear(&mut state, ServerMessage::Retry);
    assert!(hear(&mut state, ServerMessage::StreamEnded(Some(Failure::Away))).contains(&Effect::RetryLater));
    assert!(state.server.away && state.cannot_run().is_some());
    assert!(hear(&mut state, ServerMessage::Retry).contains(&Effect::LoadCatalog));
    assert!(hear(&mut state, ServerMessage::Catalog(Err(Failure::Away))).contains(&Effect::RetryLater));
    let effects = hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    assert!(!state.server.away);
    assert!(effects.contains(&Effect::Follow("abc".into(), 3)), "{effects:?}");
    assert_eq!(state.form.draft().fields["units"], "33");
}

#[test]
fn a_run_whose_server_was_killed_is_interrupted_when_it_is_back_and_can_be_run_again() {
    let mut state = running();
    let first = state.run.shown().unwrap().run.plan[0].clone();
    tell(&mut state, numbered(4, run_trial(&first)));
    hear(&mut state, ServerMessage::StreamEnded(Some(Failure::Away)));
    hear(&mut state, ServerMessage::Retry);
    // The next server has given the log its last entry.
    let effects = tell(&mut state, numbered(6, [Happening::Interrupted]));
    assert!(effects.contains(&Effect::Unfollow), "{effects:?}");
    let shown = state.run.shown().unwrap();
    assert_eq!((shown.run.state, shown.run.trials.len(), shown.run.planned().len()), (RunState::Interrupted, 1, 9));
    assert_eq!((state.page.announcement.as_str(), state.cannot_run()), ("Interrupted.", None));
    let again = Effect::Start(Box::new(protocol::Draft::of_experiment(&experiment(&state))));
    assert!(act(&mut state, RunAction::StartShown).contains(&again));
}

#[test]
fn a_page_that_is_opened_while_the_server_is_away_opens_its_link_when_it_is_back() {
    let (mut state, _) = State::open(Address::of("/echo", "units=55&v=1"), None);
    assert!(hear(&mut state, ServerMessage::Catalog(Err(Failure::Away))).contains(&Effect::RetryLater));
    assert!(state.server.away);
    hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    assert_eq!(state.form.draft().fields["units"], "55");
}

#[test]
fn a_server_of_another_build_is_said_and_the_page_asks_for_one_reload() {
    let (mut state, _) = State::open(Address::of("/", ""), None);
    let effects = hear(&mut state, ServerMessage::Catalog(Err(Failure::OtherBuild)));
    assert_eq!(effects, [Effect::Reload]);
    let effects = hear(&mut state, ServerMessage::Here(Err(Failure::OtherBuild)));
    assert_eq!((effects.as_slice(), state.page.notices.as_slice()), (&[][..], &[Notice::OtherBuild][..]));

    // In the middle of a run, when the server has been replaced: its link stays in the address, for the page that comes.
    let mut state = open("/echo", "units=5&v=1&run=abc");
    let effects = hear(&mut state, ServerMessage::StreamEnded(Some(Failure::OtherBuild)));
    assert_eq!((effects.as_slice(), state.linked_run()), (&[Effect::Reload][..], Some("abc")));
}

#[test]
fn in_the_static_edition_run_says_the_line_that_runs_it_and_a_file_that_does_not_come_is_no_server_that_is_away() {
    let mut state = open("/echo", "units=5&models=tokio&v=1");
    state.server.edition = frontend::edition::Edition::Static;
    let effects = act(&mut state, RunAction::Start);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Start(_))), "{effects:?}");
    let [Notice::Recorded(line)] = state.page.notices.as_slice() else { panic!("{:?}", state.page.notices) };
    assert!(line.starts_with("echo ") && line.contains("units=5") && line.contains("models=tokio"), "{line}");
    act(&mut state, RunAction::Start);
    assert_eq!(state.page.notices.len(), 1, "said once");
    let effects = hear(&mut state, ServerMessage::Catalog(Err(Failure::Away)));
    assert!(effects.is_empty() && !state.server.away, "{effects:?}");
}
