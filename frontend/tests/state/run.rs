//! A run, the sample, and how they are shown.

use frontend::state::{
    Connection, Effect, HistoryEntry, Notice, PageAction, RunAction, RunRequest, ServerMessage, State, UserAction,
};
use frontend::web::api::Failure;
use protocol::event::Happening;
use protocol::problem::ProblemDocument;
use protocol::{RunState, Value};

use super::{act, address, ended, experiment, hear, open, recorded, running, seen, tell};

#[test]
fn a_run_is_followed_and_its_link_is_in_the_address() {
    let mut state = open("/", "");
    let effects = act(&mut state, RunAction::Start);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Start(_))));
    let experiment = experiment(&state);
    let effects = hear(&mut state, ServerMessage::Run(RunRequest::Start, Ok(seen("abc", experiment, RunState::Queued))));
    assert!(effects.contains(&Effect::Follow("abc".into(), 0)));
    assert!(matches!(address(&effects), Some((url, HistoryEntry::Push)) if url.ends_with("&run=abc")));
}

#[test]
fn events_fill_the_run_in_and_a_replayed_log_changes_nothing() {
    let mut state = running();
    let first = state.run.shown().unwrap().plan[0].clone();
    state.now = 1_000.0;
    tell(&mut state, 3, 20, Happening::TrialStarted { order: 0 });
    assert_eq!(state.run.shown().unwrap().running, Some((0, None)));
    let trial = Box::new(ended(0, &first.model, &first.label));
    tell(&mut state, 4, 520, Happening::TrialFinished { trial: trial.clone() });
    tell(&mut state, 4, 520, Happening::TrialFinished { trial });
    let shown = state.run.shown().unwrap();
    assert_eq!((shown.trials.len(), shown.running), (1, None));
    assert_eq!(shown.mean_ms(&first.label), Some(500.0));
    let effects = tell(&mut state, 5, 600, Happening::Finished);
    assert!(effects.contains(&Effect::Unfollow));
    assert!(state.run.shown().is_some_and(|shown| !shown.is_going_on()));
}

#[test]
fn the_sample_is_shown_on_a_first_visit_alone_and_belongs_to_its_own_experiment() {
    let (_, effects) = State::open("/echo".into(), "units=5".into(), None);
    assert!(!effects.contains(&Effect::LoadSample));
    let (_, effects) = State::open("/".into(), String::new(), None);
    assert!(effects.contains(&Effect::LoadSample));

    let mut state = open("/", "");
    let mut of_the_sample = experiment(&state);
    of_the_sample.params.insert("units".into(), Value::Integer(500));
    hear(&mut state, ServerMessage::Sample(Ok(Box::new(recorded(of_the_sample.clone())))));
    assert_eq!(state.linked_run(), None);
    assert_eq!(experiment(&state).units(), 10, "the form keeps the first preset");
    let effects = act(&mut state, RunAction::StartShown);
    assert!(effects.contains(&Effect::Start(Box::new(of_the_sample))), "run it here means the sample's experiment");
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
    let problem =
        ProblemDocument { kind: String::new(), title: String::new(), status: 404, detail: String::new(), errors: Vec::new() };
    hear(&mut state, ServerMessage::Run(RunRequest::Open, Err(Failure::Refused(Box::new(problem.clone())))));
    assert_eq!(state.page.notices, [Notice::UnknownRun("gone".into())]);
    assert_eq!((state.form.draft().fields["units"].as_str(), state.cannot_run()), ("55", None));

    let mut state = running();
    hear(&mut state, ServerMessage::StreamBroke);
    hear(&mut state, ServerMessage::Run(RunRequest::Resume, Err(Failure::Refused(Box::new(problem)))));
    assert_eq!(state.run.shown().unwrap().connection, Connection::Lost);
    assert_eq!(state.cannot_run(), None, "a lost run does not stand in the way of the next");
}
