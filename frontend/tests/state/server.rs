//! A server that is away, a stream that breaks.

use frontend::state::{Connection, Effect, RunRequest, ServerMessage, State};
use frontend::web::api::Failure;
use protocol::RunState;

use super::{catalog, experiment, hear, running, seen, type_units};

#[test]
fn a_broken_stream_is_said_and_taken_up_again() {
    let mut state = running();
    assert!(hear(&mut state, ServerMessage::StreamBroke).contains(&Effect::RetryLater));
    assert_eq!(state.run.shown().unwrap().connection, Connection::Reconnecting);
    assert!(hear(&mut state, ServerMessage::Retry).contains(&Effect::LoadRun(RunRequest::Resume, "abc".into())));
    let experiment = experiment(&state);
    let effects = hear(&mut state, ServerMessage::Run(RunRequest::Resume, Ok(seen("abc", experiment, RunState::Running))));
    assert!(effects.contains(&Effect::Follow("abc".into(), 0)));
    assert_eq!(state.run.shown().unwrap().connection, Connection::Good);
}

#[test]
fn a_server_that_went_away_is_asked_until_it_is_back_and_nothing_typed_is_lost() {
    let mut state = running();
    type_units(&mut state, "33");
    hear(&mut state, ServerMessage::StreamBroke);
    hear(&mut state, ServerMessage::Run(RunRequest::Resume, Err(Failure::Away)));
    assert!(state.server.away && state.cannot_run().is_some());
    assert!(hear(&mut state, ServerMessage::Retry).contains(&Effect::LoadCatalog));
    assert!(hear(&mut state, ServerMessage::Catalog(Err(Failure::Away))).contains(&Effect::RetryLater));
    let effects = hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    assert!(!state.server.away);
    assert!(effects.contains(&Effect::LoadRun(RunRequest::Resume, "abc".into())), "{effects:?}");
    assert_eq!(state.form.draft().fields["units"], "33");
}

#[test]
fn a_page_that_is_opened_while_the_server_is_away_opens_its_link_when_it_is_back() {
    let (mut state, _) = State::open("/echo".into(), "units=55&v=1".into(), None);
    assert!(hear(&mut state, ServerMessage::Catalog(Err(Failure::Away))).contains(&Effect::RetryLater));
    assert!(state.server.away);
    hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    assert_eq!(state.form.draft().fields["units"], "55");
}
