//! What the painter tells when somebody opens it: all that is known of a trial, and how it was measured.

use frontend::state::{ResultAction, RunAction, ServerMessage, State};
use protocol::plan::plan;
use protocol::{Build, Here, Machine};

use super::{act, experiment, finished, hear, numbered, open, paintings, run_trial, running, sample, tell};

/// A page whose server measures on this processor.
fn on(cpu: &str) -> State {
    let mut state = open("/echo", "");
    let machine = Machine { cpu: cpu.into(), cores: 2, ..Machine::default() };
    let here = Here { machine, build: Build::default() };
    hear(&mut state, ServerMessage::Here(Ok(Box::new(here))));
    state
}

#[test]
fn a_trial_is_told_when_it_has_ended_and_once() {
    let mut state = running();
    let planned = plan(&experiment(&state));
    act(&mut state, ResultAction::OpenTrial(Some(1)));
    let mut events = numbered(4, run_trial(&planned[0]));
    tell(&mut state, events.clone());
    assert_eq!(state.result.trial, "", "another has ended");
    events = numbered(6, run_trial(&planned[1]));
    tell(&mut state, events);
    assert!(state.result.trial.contains("<dd>101/s</dd>"), "{}", state.result.trial);

    let asked = paintings();
    act(&mut state, ResultAction::OpenTrial(Some(1)));
    assert_eq!(paintings(), asked, "it is known");
    act(&mut state, ResultAction::OpenTrial(Some(0)));
    assert!(state.result.trial.contains("<dd>100/s</dd>"), "{}", state.result.trial);
    act(&mut state, ResultAction::OpenTrial(None));
    assert_eq!(state.result.trial, "");
}

#[test]
fn a_trial_of_the_sample_is_told_of_the_log_that_it_came_with() {
    let mut state = open("/", "");
    let log = finished("recorded", &experiment(&state));
    hear(&mut state, ServerMessage::Sample(Ok(sample(&log))));
    act(&mut state, ResultAction::OpenTrial(Some(2)));
    assert!(state.result.trial.contains("<dd>102/s</dd>"), "{}", state.result.trial);
}

#[test]
fn conditions_are_told_while_they_are_open_and_are_those_of_what_is_on_show() {
    let mut state = on("A processor");
    assert_eq!(state.result.conditions, "");
    act(&mut state, ResultAction::OpenConditions(true));
    assert!(state.result.conditions.contains("A processor, 2 cores"), "{}", state.result.conditions);

    act(&mut state, RunAction::Start);
    let experiment = experiment(&state);
    hear(&mut state, ServerMessage::Submitted(Ok("abc".into())));
    tell(&mut state, finished("abc", &experiment));
    let told = &state.result.conditions;
    assert!(!told.contains("A processor") && told.contains(", 2 cores"), "the run's own machine: {told}");

    act(&mut state, ResultAction::OpenConditions(false));
    assert_eq!(state.result.conditions, "");
    let asked = paintings();
    act(&mut state, ResultAction::OpenTrial(None));
    assert_eq!(paintings(), asked, "nobody looks at them");
}
