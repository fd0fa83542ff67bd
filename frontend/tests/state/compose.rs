//! The composer: what the painter makes of a program goes into the form, and what stands in the form is what the painter has.

use frontend::painter::{Reply, Request};
use frontend::state::{Action, Address, Effect, FormAction, HistoryEntry, ServerMessage, State, UserAction};
use protocol::parameter::ParameterKind;
use protocol::{Catalog, Parameter, compact};

use super::{PAINTER, act, address, apply, catalog, choice, hear, integer, workload};

/// With a workload that has a program of `send`, `wait` and `repeat`.
fn with_a_program() -> Catalog {
    let mut catalog = catalog();
    let mut composed = workload("composed", Ok(&[]));
    let alone = ParameterKind::Choice { options: Vec::new(), default: String::new() };
    let words = vec![Parameter { kind: alone, ..choice("send", ["", ""]) }, integer("wait", 100, 1)];
    let blocks = vec![integer("repeat", 10, 2)];
    let kind = ParameterKind::Steps { words, blocks, most: 5, default: "send".into() };
    composed.parameters.push(Parameter { kind, ..integer("program", 1, 1) });
    catalog.workloads.push(composed);
    catalog
}

fn opened(program: &str) -> State {
    let (mut state, _) = State::open(Address::of("/composed", format!("program={program}&v=1")), None);
    hear(&mut state, ServerMessage::Catalog(Ok(Box::new(with_a_program()))));
    act(&mut state, UserAction::Form(FormAction::FinishTyping));
    state
}

fn edit(state: &mut State, edit: &str) -> Vec<Effect> {
    act(state, UserAction::Edit(edit.into()))
}

fn program(state: &State) -> &str {
    &state.form.draft().fields["program"]
}

#[test]
fn what_is_done_in_the_composer_stands_in_the_form_and_in_the_link_and_can_be_undone() {
    let mut state = opened("send,wait");
    assert!(state.compose.html().contains("data-edit=\"choose 1\""), "{}", state.compose.html());
    let effects = edit(&mut state, "up 1");
    assert_eq!(program(&state), "wait 1, send");
    assert!(matches!(address(&effects), Some((url, HistoryEntry::Replace)) if url.contains("wait+1%2C+send")), "{effects:?}");
    assert!(effects.contains(&Effect::Focus("step-0".into())), "{effects:?}");
    assert_eq!(state.page.announcement, "wait 1 is step 1.");
    for text in ["2", "25", "-"] {
        edit(&mut state, &format!("set 0 {text}"));
    }
    assert_eq!(program(&state), "wait -, send");
    assert!(state.form.problems()[0].message.contains("whole number (step 1)"), "{:?}", state.form.problems());
    act(&mut state, FormAction::Undo);
    assert_eq!(program(&state), "wait 1, send", "a number is undone as a whole");
    act(&mut state, FormAction::Undo);
    assert_eq!(program(&state), "send, wait 1");
    assert!(!state.form.can_undo());
    assert!(state.compose.html().contains("2</span> wait"), "the steps follow: {}", state.compose.html());
}

#[test]
fn what_is_typed_beside_it_is_drawn_whatever_is_wrong_with_it() {
    let mut state = opened("send");
    act(&mut state, FormAction::Type("program".into(), "send; repeat { fly".into()));
    assert!(
        state.compose.html().contains("2.1</span> fly") && state.compose.html().contains("not closed"),
        "{}",
        state.compose.html()
    );
    edit(&mut state, "delete 0");
    assert_eq!(program(&state), "send; repeat { fly", "nothing of it is lost");
    act(&mut state, FormAction::Type("program".into(), "send; repeat { send }".into()));
    edit(&mut state, "delete 0");
    assert_eq!(program(&state), "repeat 2 { send }");
    act(&mut state, FormAction::ChooseWorkload("echo".into()));
    assert!(address(&edit(&mut state, "delete 0")).is_none(), "there is no program any more");
}

/// Steps are named by where they stand, and that is as they are shown.
#[test]
fn until_the_steps_of_the_last_edit_are_shown_nothing_is_done_but_a_number_typed_on() {
    let mut state = opened("send,wait");
    let mut waiting = Vec::new();
    let mut ask = |state: &mut State, edit: &str| -> bool {
        let effects = state.apply(Action::User(UserAction::Edit(edit.into())));
        let before = waiting.len();
        waiting.extend(
            effects.into_iter().filter_map(|effect| if let Effect::Paint(request) = effect { Some(request) } else { None }),
        );
        waiting.len() > before
    };
    let asked: Vec<bool> = ["set 1 2", "set 1 27", "up 1", "delete 0"].iter().map(|edit| ask(&mut state, edit)).collect();
    assert_eq!(asked, [true, true, false, false]);
    for request in waiting {
        let answer = PAINTER.with_borrow_mut(|(painter, _)| painter.take(&compact::write(&request).unwrap()).unwrap());
        apply(&mut state, Action::Painted(Some(compact::read::<Reply>(&answer).unwrap())));
    }
    assert_eq!(program(&state), "send, wait 27", "the last answer has what both have done");
    let effects = state.apply(Action::User(UserAction::Edit("up 1".into())));
    assert!(matches!(effects.as_slice(), [.., Effect::Paint(Request::Edit(..))]), "{effects:?}");
    assert_eq!(state.apply(Action::User(UserAction::Edit("set 0 3".into()))).len(), 0, "which step that is will be seen");
}
