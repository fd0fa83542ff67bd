//! The history, and what is brought to the page. The keeper is the real one, over a history in memory.

use frontend::keeper::{Carrier, HistoryList, KeeperReply, KeeperRequest};
use frontend::state::{
    Action, Effect, FormAction, HistoryAction, Notice, Origin, Place, RunAction, ServerMessage, State, UserAction,
};
use protocol::{View, compact};

use super::{act, address, apply, asked, experiment, finished, hear, open, running, tell, type_units, unknown};

/// A page in which runs of these ids have come to their end, one after the other, with one unit more each.
fn with_runs(ids: &[&str]) -> State {
    let mut state = open("/", "");
    for (index, id) in ids.iter().enumerate() {
        type_units(&mut state, &format!("{}", 10 + index));
        let log = finished(id, &experiment(&state));
        act(&mut state, RunAction::Start);
        hear(&mut state, ServerMessage::Submitted(Ok((*id).into())));
        tell(&mut state, log);
    }
    state
}

fn list(state: &State) -> &HistoryList {
    state.history.list().expect("a list")
}

/// The runs that are listed.
fn runs(state: &State) -> Vec<&str> {
    list(state).rows.split("data-open=\"").skip(1).filter_map(|row| row.split('"').next()).collect()
}

fn log_of(id: &str, state: &State) -> Vec<u8> {
    finished(id, &experiment(state)).iter().flat_map(|event| compact::write_framed(event).unwrap()).collect()
}

/// The bytes of a file with a result of this id.
fn file_of(id: &str, state: &State) -> Vec<u8> {
    let request = KeeperRequest::Pack {
        ticket: 0,
        logs: vec![log_of(id, state)],
        view: View::default(),
        most_chars: None,
        lanes: String::new(),
        most_bytes: usize::MAX,
    };
    match asked(request).pop() {
        Some(KeeperReply::Packed(_, packed)) => packed.bytes,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_run_that_has_ended_is_in_the_history_and_a_run_that_goes_on_is_not() {
    let mut state = running();
    act(&mut state, UserAction::Go(Place::History));
    assert_eq!((list(&state).all, list(&state).shown), (0, 0));
    let mut state = with_runs(&["one", "two"]);
    act(&mut state, UserAction::Go(Place::History));
    assert_eq!(runs(&state), ["two", "one"]);
}

#[test]
fn a_run_that_ends_while_the_history_is_on_show_comes_into_it() {
    let mut state = running();
    act(&mut state, UserAction::Go(Place::History));
    let log = finished("abc", &experiment(&state));
    tell(&mut state, log.into_iter().skip(3).collect());
    assert_eq!(runs(&state), ["abc"]);
}

#[test]
fn a_result_of_the_history_is_shown_with_its_experiment_in_the_form_and_its_run_in_the_address() {
    let mut state = with_runs(&["one", "two"]);
    act(&mut state, UserAction::Go(Place::History));
    act(&mut state, HistoryAction::Name("one".into(), "  before the change ".into()));
    let effects = act(&mut state, HistoryAction::Open("one".into()));
    let shown = state.run.shown().unwrap();
    assert_eq!((state.place, shown.id()), (Place::Run, Some("one")));
    assert!(matches!(&shown.origin, Origin::Recorded { name, .. } if name == "before the change"), "{:?}", shown.origin);
    assert_eq!(state.form.draft().fields["units"], "10");
    assert!(address(&effects).is_some_and(|(url, _)| url.contains("run=one")), "{effects:?}");
}

#[test]
fn a_list_for_words_that_are_not_looked_for_any_more_is_not_shown() {
    let mut state = with_runs(&["one"]);
    act(&mut state, UserAction::Go(Place::History));
    act(&mut state, HistoryAction::Seek("nothing of the kind".into()));
    assert_eq!((list(&state).shown, list(&state).all), (0, 1));
    let late = HistoryList { words: "nothing".into(), all: 7, ..HistoryList::default() };
    apply(&mut state, Action::Kept(Some(KeeperReply::Listed(late))));
    assert_eq!(list(&state).all, 1);
}

#[test]
fn a_list_that_comes_while_a_name_is_typed_waits_until_it_is() {
    let mut state = with_runs(&["one"]);
    act(&mut state, UserAction::Go(Place::History));
    act(&mut state, HistoryAction::Type);
    let before = list(&state).rows.clone();
    super::keep(&mut state, KeeperRequest::Pin("one".into(), true));
    assert_eq!(list(&state).rows, before, "what is typed into stays");
    act(&mut state, HistoryAction::Leave);
    assert!(list(&state).rows.contains("Pinned"), "{}", list(&state).rows);
    act(&mut state, HistoryAction::Type);
    act(&mut state, HistoryAction::Name("one".into(), "mine".into()));
    assert!(list(&state).rows.contains("value=\"mine\""));
}

#[test]
fn what_was_deleted_is_put_back_by_a_click_or_by_keys_for_as_long_as_it_is_offered() {
    let mut state = with_runs(&["one", "two"]);
    act(&mut state, UserAction::Go(Place::History));
    for undo in [UserAction::from(HistoryAction::Undo), UserAction::from(FormAction::Undo)] {
        let effects = act(&mut state, HistoryAction::Delete("one".into(), "echo".into()));
        assert!(effects.contains(&Effect::ForgetDeletedLater), "{effects:?}");
        assert_eq!((runs(&state), state.history.deleted.as_deref()), (vec!["two"], Some("echo")));
        act(&mut state, undo);
        assert_eq!((runs(&state), state.history.deleted.as_deref()), (vec!["two", "one"], None));
    }
    act(&mut state, HistoryAction::Delete("one".into(), "echo".into()));
    act(&mut state, HistoryAction::ForgetDeleted);
    act(&mut state, HistoryAction::Undo);
    assert_eq!(runs(&state), ["two"], "it is offered no more");
}

#[test]
fn what_is_ticked_is_named_until_it_is_no_more() {
    let mut state = with_runs(&["one", "two"]);
    act(&mut state, UserAction::Go(Place::History));
    act(&mut state, HistoryAction::Tick("two".into(), true));
    act(&mut state, HistoryAction::Tick("one".into(), true));
    let ticked = |state: &State| list(state).ticked.iter().map(|(run, _)| run.clone()).collect::<Vec<_>>();
    assert_eq!(ticked(&state), ["two", "one"], "A is what was ticked first");
    act(&mut state, HistoryAction::Tick("two".into(), false));
    assert_eq!(ticked(&state), ["one"]);
    act(&mut state, HistoryAction::Delete("one".into(), String::new()));
    assert_eq!((ticked(&state).len(), state.history.ticked.len()), (0, 0));
}

#[test]
fn a_run_that_the_server_has_forgotten_is_shown_from_the_history() {
    let mut before = with_runs(&["gone"]);
    let link = address(&type_units(&mut before, "10")).map(|(url, _)| url.to_owned());
    assert!(link.is_none() || before.run.id() == Some("gone"));
    let mut state = open("/echo", "units=10&v=1&run=gone");
    hear(&mut state, ServerMessage::StreamEnded(Some(unknown())));
    assert!(state.page.notices.contains(&Notice::KeptRun("gone".into())), "{:?}", state.page.notices);
    let shown = state.run.shown().unwrap();
    assert!(shown.id() == Some("gone") && matches!(shown.origin, Origin::Recorded { .. }));
}

#[test]
fn what_is_dropped_is_opened_and_what_cannot_be_leaves_everything_as_it_is() {
    let mut state = with_runs(&["mine"]);
    act(&mut state, HistoryAction::Drag(true));
    assert!(state.history.dragged);
    act(&mut state, HistoryAction::Take(Carrier::Bytes(b"<script>alert(1)</script>".to_vec())));
    assert!(!state.history.dragged);
    assert!(matches!(state.page.notices.as_slice(), [Notice::NotOpened(why)] if why.starts_with("It cannot be opened")));
    assert_eq!((state.run.id(), state.page.announcement.starts_with("It cannot be opened")), (Some("mine"), true));
    act(&mut state, HistoryAction::Refuse("x is not opened: it has 80 MiB; accepted: up to 64 MiB.".into()));
    assert_eq!((state.page.notices.len(), state.run.id()), (2, Some("mine")));

    let file = file_of("theirs", &state);
    let effects = act(&mut state, HistoryAction::Take(Carrier::Bytes(file)));
    let shown = state.run.shown().unwrap();
    assert!(shown.id() == Some("theirs") && matches!(shown.origin, Origin::Recorded { .. }), "{effects:?}");
    act(&mut state, UserAction::Go(Place::History));
    assert_eq!(runs(&state), ["theirs", "mine"]);
}

#[test]
fn a_history_that_is_dropped_is_taken_in_and_shown() {
    let mut state = with_runs(&["one", "two"]);
    act(&mut state, UserAction::Go(Place::History));
    let effects = act(&mut state, HistoryAction::SaveAll);
    let saved = effects.iter().find_map(|effect| match effect {
        Effect::Save(name, bytes) => Some((name.clone(), bytes.clone())),
        _ => None,
    });
    let (name, bytes) = saved.expect("a file");
    assert_eq!(name, "interleave-history.json");
    for id in ["one", "two"] {
        act(&mut state, HistoryAction::Delete(id.into(), String::new()));
    }
    act(&mut state, UserAction::Go(Place::Run));
    act(&mut state, HistoryAction::Take(Carrier::Bytes(bytes)));
    assert_eq!((state.place, runs(&state)), (Place::History, vec!["two", "one"]));
    assert!(matches!(state.page.notices.as_slice(), [.., Notice::Told(words)] if words.starts_with("2 results")));
}

#[test]
fn keys_of_the_form_mean_nothing_where_it_is_not_seen() {
    let mut state = running();
    act(&mut state, UserAction::Go(Place::History));
    assert_eq!(act(&mut state, UserAction::Escape), [], "the run goes on");
    let mut state = with_runs(&["one"]);
    act(&mut state, UserAction::Go(Place::History));
    assert!(!act(&mut state, RunAction::Start).iter().any(|effect| matches!(effect, Effect::Start(_))));
}

#[test]
fn a_stored_copy_is_deleted_with_its_token_which_is_forgotten_then() {
    let mut state = with_runs(&["one"]);
    super::keep(&mut state, KeeperRequest::RememberToken { run: "one".into(), id: "k7".into(), token: "secret".into() });
    act(&mut state, UserAction::Go(Place::History));
    assert!(list(&state).rows.contains("/r/k7"));
    let effects = act(&mut state, HistoryAction::Unshare { run: "one".into(), id: "k7".into() });
    let delete = Effect::DeleteStored { run: "one".into(), id: "k7".into(), token: "secret".into() };
    assert!(effects.contains(&delete), "{effects:?}");
    let ended =
        |failed: Option<&str>| HistoryAction::Unshared { run: "one".into(), id: "k7".into(), failed: failed.map(str::to_owned) };
    act(&mut state, ended(Some("the server does not answer.")));
    assert!(list(&state).rows.contains("/r/k7") && !state.page.notices.is_empty());
    act(&mut state, ended(None));
    assert!(!list(&state).rows.contains("/r/k7"));
}

#[test]
fn without_a_keeper_that_is_said_and_the_run_is_not_affected() {
    let mut state = with_runs(&["one"]);
    state.apply(Action::Kept(None));
    assert_eq!((state.page.notices.as_slice(), state.run.id()), ([Notice::NoKeeper].as_slice(), Some("one")));
}
