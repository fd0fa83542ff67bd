//! The code: of whom, how, and at which line.

use frontend::state::{Address, CodeAction, Effect, FormAction, PageAction, ServerMessage, State, UserAction};
use protocol::catalog::{CodeView, Piece, PieceKind, Show, Source};
use protocol::link::Line;

use super::{act, address, hear, open};

fn source(model: Option<&str>) -> Source {
    let text = format!("fn {}() {{}}\n", model.unwrap_or("contract"));
    Source { model: model.map(Into::into), path: format!("src/{model:?}.rs"), pieces: vec![Piece(PieceKind::Plain, text)] }
}

fn answer_sources(state: &mut State, workload: &str) -> Vec<Effect> {
    let sources = [None, Some("threads"), Some("tokio"), Some("actix")].map(source).to_vec();
    hear(state, ServerMessage::Sources(workload.into(), Ok(sources)))
}

fn line(model: &str, number: usize) -> Line {
    Line { model: model.into(), number }
}

/// Left and right.
fn sides(state: &State) -> (String, Option<String>) {
    let CodeView { left, right, .. } = state.code_view().unwrap();
    (left, right)
}

#[test]
fn the_first_two_of_the_chosen_models_stand_side_by_side_until_others_are_chosen() {
    let mut state = open("/echo", "models=threads,tokio,actix&v=1");
    let is = |state: &State, left: &str, right: &str| assert_eq!(sides(state), (left.into(), Some(right.into())));
    is(&state, "threads", "tokio");
    act(&mut state, CodeAction::Choose(1, "actix".into()));
    is(&state, "threads", "actix");
    act(&mut state, CodeAction::Choose(0, "actix".into()));
    is(&state, "actix", "threads");
    act(&mut state, FormAction::ToggleModel("actix".into()));
    is(&state, "threads", "tokio");
    act(&mut state, FormAction::ToggleModel("tokio".into()));
    assert_eq!(sides(&state), ("threads".into(), None), "one alone");
    act(&mut state, FormAction::ToggleModel("threads".into()));
    is(&state, "actix", "threads");
}

#[test]
fn a_model_that_cannot_run_the_workload_has_no_side() {
    let state = open("/pool", "models=&v=1");
    assert_eq!(sides(&state), ("threads".into(), Some("actix".into())), "tokio would deadlock");
}

#[test]
fn what_differs_is_shown_until_something_else_is_asked_for() {
    let mut state = open("/echo", "v=1");
    assert_eq!(state.code_view().unwrap().show, Show::Regions);
    act(&mut state, CodeAction::Show(Show::Diff));
    act(&mut state, FormAction::ChooseWorkload("idle".into()));
    assert_eq!(state.code_view().unwrap().show, Show::Diff, "of another workload too");
}

#[test]
fn a_line_that_is_pointed_at_is_in_the_link_until_it_is_pointed_at_again() {
    let mut state = open("/echo", "v=1");
    answer_sources(&mut state, "echo");
    let effects = act(&mut state, CodeAction::Point(line("tokio", 23)));
    assert!(address(&effects).is_some_and(|(url, _)| url.contains("&line=tokio:23&")), "{effects:?}");
    assert!(effects.contains(&Effect::Focus("L-tokio-23".into())), "it is drawn anew and keeps the focus: {effects:?}");
    assert_eq!(state.code_view().unwrap().line, Some(line("tokio", 23)));
    let effects = act(&mut state, CodeAction::Point(line("tokio", 23)));
    assert!(address(&effects).is_some_and(|(url, _)| !url.contains("line=")), "{effects:?}");
}

#[test]
fn a_line_is_one_of_its_workload_alone() {
    let mut state = open("/echo", "v=1");
    act(&mut state, CodeAction::Point(line("tokio", 23)));
    let effects = act(&mut state, FormAction::ChooseWorkload("idle".into()));
    assert!(address(&effects).is_some_and(|(url, _)| !url.contains("line=")), "{effects:?}");
    assert_eq!(state.line(), None);
    act(&mut state, FormAction::Undo);
    assert_eq!(state.line(), Some(&line("tokio", 23)), "it is there again with its workload");
}

#[test]
fn a_link_to_a_line_shows_the_whole_file_and_goes_there_when_it_has_come() {
    let mut state = open("/echo", "models=threads,tokio,actix&line=actix:7&v=1");
    let view = state.code_view().unwrap();
    assert_eq!((view.left.as_str(), view.show, view.line), ("actix", Show::Whole, Some(line("actix", 7))));
    assert!(state.code.unfolded, "on a phone it is unfolded");
    assert!(state.page.notices.is_empty());
    let there = Effect::Focus("L-actix-7".into());
    assert!(answer_sources(&mut state, "echo").contains(&there));

    // The files are there already: back and forward.
    let query = "models=threads,tokio,actix&line=threads:2&v=1";
    let effects = act(&mut state, UserAction::Navigate(Address::of("/echo", query)));
    assert!(effects.contains(&Effect::Focus("L-threads-2".into())), "{effects:?}");
    let effects = act(&mut state, UserAction::Navigate(Address::of("/echo", "models=threads,tokio,actix&v=1")));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Focus(_))) && state.line().is_none(), "{effects:?}");
}

#[test]
fn a_link_to_a_line_of_the_contract_leaves_the_models_where_they_are() {
    let mut state = open("/echo", "line=contract:1&v=1");
    let before = sides(&state);
    assert!(answer_sources(&mut state, "echo").contains(&Effect::Focus("L-contract-1".into())));
    assert_eq!((before, state.line()), (sides(&state), Some(&line(Line::CONTRACT, 1))));
}

#[test]
fn a_copy_is_the_whole_file_of_its_side_and_is_told_for_a_moment() {
    let mut state = open("/echo", "models=threads,actix&v=1");
    assert_eq!(act(&mut state, CodeAction::Copy(1)), [], "nothing has come yet");
    answer_sources(&mut state, "echo");
    assert!(act(&mut state, CodeAction::Copy(1)).contains(&Effect::CopyText("fn actix() {}\n".into(), 1)));
    let effects = act(&mut state, CodeAction::Copied(1, true));
    assert!(effects.contains(&Effect::ForgetCopiedLater) && state.code.copied == Some(1));
    act(&mut state, PageAction::ForgetCopied);
    assert_eq!(state.code.copied, None);
    act(&mut state, CodeAction::Copied(1, false));
    assert_eq!((state.code.copied, state.page.announcement.as_str()), (None, "The code could not be copied."));
}
