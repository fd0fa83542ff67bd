//! Results in links: opened, handed on, compared. The keeper is the real one, over a history in memory.

use frontend::state::{
    Address, CompareAction, Effect, FormAction, HistoryAction, Notice, Origin, Place, ResultAction, RunAction, ServerMessage,
    ShareAction, Sharing, Side, State, UserAction,
};
use frontend::web::api::Failure;
use protocol::plan::plan;
use protocol::{Happening, Keep, Kept, Links, Reach};

use super::{act, address, begun, catalog, experiment, finished, hear, numbered, open, tell, type_units, unknown, verdict};

const HERE: &str = "http://127.0.0.1:8080";
const THERE: &str = "https://interleave.example";

fn links(state: &mut State, base: &str) -> Vec<Effect> {
    let reach = if base == HERE { Reach::Loopback } else { Reach::Public };
    hear(state, ServerMessage::Links(Links { base: base.into(), reach }))
}

/// A page at this address whose server is this one, and whose run of this id is over.
fn with_run(query: &str, id: &str, base: &str) -> State {
    let mut state = open("/echo", query);
    run(&mut state, id);
    links(&mut state, base);
    state
}

/// Runs what is in the form to its end.
fn run(state: &mut State, id: &str) {
    let log = finished(id, &experiment(state));
    act(state, RunAction::Start);
    hear(state, ServerMessage::Submitted(Ok(id.into())));
    tell(state, log);
}

/// The text that is copied.
fn copied(effects: &[Effect]) -> &str {
    let copied = effects.iter().find_map(|effect| match effect {
        Effect::CopyLink(text) => Some(text.as_str()),
        _ => None,
    });
    copied.unwrap_or_else(|| panic!("nothing is copied: {effects:?}"))
}

/// What a link's page is opened at.
fn at(link: &str) -> Address {
    let (_, rest) = link.split_once("://").expect("a whole link");
    let rest = rest.find('/').map_or("/", |at| &rest[at..]);
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    Address { path: path.into(), query: query.into(), fragment: fragment.into() }
}

/// A page opened at a link, before its server has said anything.
fn opened(link: &str) -> (State, Vec<Effect>) {
    let (mut state, effects) = State::open(at(link), None);
    let mut rest = Vec::new();
    for effect in effects {
        match effect {
            Effect::AskKeeper(request) => rest.extend(super::keep(&mut state, request)),
            other => rest.push(other),
        }
    }
    (state, rest)
}

fn shown_id(state: &State) -> &str {
    state.run.shown().expect("a result").run.id()
}

fn theirs_id(state: &State) -> Option<&str> {
    state.theirs().map(|shown| shown.run.id())
}

/// The link that carries a result of this id, made on another page.
fn link_with(query: &str, id: &str) -> String {
    let mut state = with_run(query, id, THERE);
    copied(&act(&mut state, ShareAction::Copy)).to_owned()
}

#[test]
fn a_result_in_a_link_is_shown_before_there_is_a_catalogue_and_its_experiment_is_in_the_form_with_one() {
    let link = link_with("units=7&v=1", "theirs");
    let (mut state, effects) = opened(&link);
    assert!(!effects.contains(&Effect::LoadSample), "nothing else is shown first: {effects:?}");
    assert!(state.is_ready() && state.server.catalog.is_none(), "it needs no server");
    assert!(matches!(state.run.shown().unwrap().origin, Origin::Recorded { .. }));
    act(&mut state, ResultAction::SwitchTable("trials".into()));
    assert!(verdict(&state).contains("verdict"), "it is drawn: {}", verdict(&state));

    let effects = hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    assert_eq!(state.form.draft().fields["units"], "7");
    assert_eq!(address(&effects), None, "the address stays the link: {effects:?}");
    let effects = type_units(&mut state, "8");
    let (written, _) = address(&effects).expect("another experiment");
    assert!(written.starts_with("/echo?units=8&") && !written.contains('#'), "{written}");
    assert_eq!(shown_id(&state), "theirs", "the result stays, as one of other settings");
}

#[test]
fn the_server_may_answer_before_the_capsule_is_opened() {
    let link = link_with("units=7&v=1", "theirs");
    let (mut state, effects) = State::open(at(&link), None);
    let request = effects.into_iter().find_map(|effect| match effect {
        Effect::AskKeeper(request) => Some(request),
        _ => None,
    });
    hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    assert!(!state.is_ready(), "nothing is drawn that the result would move");
    super::keep(&mut state, request.expect("it is opened"));
    assert_eq!((shown_id(&state), state.form.draft().fields["units"].as_str()), ("theirs", "7"));
}

#[test]
fn a_damaged_capsule_is_refused_with_the_reason_and_everything_else_works() {
    let link = link_with("units=7&v=1", "theirs");
    for broken in [link[..link.len() / 2 + 20].to_owned(), format!("{THERE}/c#nothing"), format!("{THERE}/#!!!!")] {
        let (mut state, _) = opened(&broken);
        assert!(
            matches!(state.page.notices.as_slice(), [Notice::Carried(reason)] if reason.len() > 10),
            "{:?}",
            state.page.notices
        );
        let effects = hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
        assert_eq!(address(&effects), None, "the address keeps it: {effects:?}");
        assert_eq!(state.form.problems(), [], "the form is what it is at first");
        let effects = type_units(&mut state, "8");
        assert!(address(&effects).is_some_and(|(url, _)| url.starts_with("/echo?units=8&")), "{effects:?}");
        assert_eq!(state.cannot_run(), None);
    }
}

#[test]
fn copy_link_asks_nothing_and_copies_the_result_with_words_about_its_length() {
    let mut state = with_run("units=7&v=1", "mine", THERE);
    let effects = act(&mut state, ShareAction::Copy);
    let link = copied(&effects).to_owned();
    assert!(link.starts_with("https://interleave.example/c#"), "{link}");
    let effects = act(&mut state, ShareAction::Copied(true));
    assert!(effects.contains(&Effect::ForgetCopiedLater) && state.page.copied == Some(true));
    let words = state.page.given_out.clone().unwrap();
    assert!(words.starts_with("Link with the result copied: ") && words.contains(" characters"), "{words}");
    assert_eq!(state.page.announcement, words, "whoever hears is told the same");
    let (other, _) = opened(&link);
    assert_eq!(shown_id(&other), "mine");
    assert_eq!(other.run.shown().unwrap().run.trials.len(), state.run.shown().unwrap().run.trials.len());
}

#[test]
fn what_is_looked_at_travels_in_the_link_and_stands_in_the_address_when_it_is_changed() {
    let mut state = with_run("units=7&v=1", "mine", THERE);
    act(&mut state, ResultAction::Choose("memory_bytes".into()));
    let link = copied(&act(&mut state, ShareAction::Copy)).to_owned();
    let (mut other, _) = opened(&link);
    assert_eq!(other.result.view().quantity.as_deref(), Some("memory_bytes"));
    let effects = act(&mut other, ResultAction::Pin("ops_per_s".into()));
    let (written, _) = address(&effects).expect("it is said");
    assert!(written.starts_with("/c?quantity=memory_bytes&pinned=ops_per_s#"), "{written}");
    let (again, _) = opened(&format!("{THERE}{written}"));
    assert_eq!(again.result.view(), other.result.view());
}

#[test]
fn the_experiment_alone_carries_no_result_and_a_form_that_was_changed_is_what_is_copied() {
    let mut state = with_run("units=7&v=1", "mine", THERE);
    let link = copied(&act(&mut state, ShareAction::Choose(Sharing::Experiment))).to_owned();
    assert!(link.starts_with("https://interleave.example/echo?units=7&") && !link.contains("run="), "{link}");
    type_units(&mut state, "8");
    assert!(!state.copies_result(), "the result is of something else");
    let link = copied(&act(&mut state, ShareAction::Copy)).to_owned();
    assert!(link.starts_with("https://interleave.example/echo?units=8&"), "{link}");
}

#[test]
fn a_change_since_a_link_was_copied_or_opened_is_marked_until_it_is_taken_back() {
    let mut state = with_run("units=7&v=1", "mine", THERE);
    act(&mut state, ShareAction::Copy);
    act(&mut state, ShareAction::Copied(true));
    assert!(!state.changed_since_shared());
    type_units(&mut state, "8");
    assert!(state.changed_since_shared());
    type_units(&mut state, "7");
    assert!(!state.changed_since_shared());
    let mut state = open("/echo", "units=5&v=1");
    assert!(!state.changed_since_shared());
    act(&mut state, FormAction::ToggleModel("actix".into()));
    assert!(state.changed_since_shared());
    assert!(!open("/", "").changed_since_shared(), "the first visit has shared nothing");
}

#[test]
fn a_short_link_keeps_the_run_remembers_its_token_and_can_be_deleted_again() {
    let mut state = with_run("units=7&v=1", "mine", HERE);
    let effects = act(&mut state, ShareAction::Choose(Sharing::Short));
    assert!(effects.contains(&Effect::StoreRun(Keep { run: "mine".into(), publish: false })), "{effects:?}");
    let kept = Kept { id: "Ab12".into(), delete_token: Some("secret".into()), without_lanes: None };
    let effects = hear(&mut state, ServerMessage::KeptResult(Ok(kept)));
    assert_eq!(copied(&effects), "http://127.0.0.1:8080/r/Ab12");
    act(&mut state, ShareAction::Copied(true));
    assert!(state.page.given_out.as_ref().unwrap().ends_with("this machine opens it."), "{:?}", state.page.given_out);
    let effects = act(&mut state, ShareAction::Choose(Sharing::Short));
    assert_eq!(copied(&effects), "http://127.0.0.1:8080/r/Ab12", "it is there: nothing is stored again");

    let effects = act(&mut state, ShareAction::Choose(Sharing::Unstore));
    let delete = Effect::DeleteStored { run: "mine".into(), id: "Ab12".into(), token: "secret".into() };
    assert!(effects.contains(&delete), "{effects:?}");
    act(&mut state, HistoryAction::Unshared { run: "mine".into(), id: "Ab12".into(), failed: None });
    assert_eq!(state.stored(), None);
}

#[test]
fn a_result_that_the_server_never_saw_is_stored_as_a_capsule_and_a_refusal_is_told() {
    let (mut state, _) = opened(&link_with("units=7&v=1", "theirs"));
    hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    links(&mut state, THERE);
    let effects = act(&mut state, ShareAction::Choose(Sharing::Short));
    let capsule = effects.iter().find_map(|effect| match effect {
        Effect::StoreCapsule(capsule) => Some(capsule),
        _ => None,
    });
    let capsule = capsule::open(capsule.expect("its capsule is sent")).expect("a whole one");
    assert_eq!((capsule.results[0].run.id(), capsule.results[0].left_out.len()), ("theirs", 0));
    hear(&mut state, ServerMessage::KeptResult(Err(unknown())));
    assert!(matches!(state.page.notices.as_slice(), [Notice::Refused(..)]), "{:?}", state.page.notices);
}

#[test]
fn the_menu_opens_closes_by_escape_and_cancels_no_run_by_that() {
    let mut state = super::running();
    let effects = act(&mut state, ShareAction::ShowMenu(true));
    assert!(state.share.menu && effects.contains(&Effect::Focus("share-first".into())), "{effects:?}");
    let effects = act(&mut state, UserAction::Escape);
    assert!(!state.share.menu && effects.contains(&Effect::Focus("share-menu".into())), "{effects:?}");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Cancel(_))), "{effects:?}");
}

#[test]
fn what_the_browser_does_not_let_be_copied_is_shown() {
    let mut state = with_run("units=7&v=1", "mine", THERE);
    let link = copied(&act(&mut state, ShareAction::Copy)).to_owned();
    act(&mut state, ShareAction::Copied(false));
    assert_eq!(state.page.notices, [Notice::NotCopied(link)]);
}

#[test]
fn a_file_has_everything_and_its_name_says_what_is_in_it() {
    let mut state = with_run("units=7&v=1", "mine", HERE);
    let effects = act(&mut state, ShareAction::Choose(Sharing::File));
    let Some(Effect::Save(name, bytes)) = effects.iter().find(|effect| matches!(effect, Effect::Save(..))) else {
        panic!("{effects:?}")
    };
    assert_eq!(name, "echo-mine.interleave");
    assert_eq!(capsule::open(bytes).unwrap().results[0].left_out, []);
}

#[test]
fn the_text_has_the_verdict_and_a_link_unless_that_is_of_this_machine_alone() {
    let mut state = with_run("units=7&v=1", "mine", THERE);
    let text = copied(&act(&mut state, ShareAction::Choose(Sharing::Text))).to_owned();
    assert!(text.contains("https://interleave.example/c#") && text.contains('|'), "{text}");
    links(&mut state, HERE);
    let text = copied(&act(&mut state, ShareAction::Choose(Sharing::Text))).to_owned();
    assert!(!text.contains("127.0.0.1") && text.contains('|'), "{text}");
}

/// A page at another machine's link, on which that was run too.
fn theirs_and_mine() -> State {
    let (mut state, _) = opened(&link_with("units=7&v=1", "theirs"));
    hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    links(&mut state, THERE);
    let log = finished("mine", &experiment(&state));
    act(&mut state, RunAction::StartShown);
    hear(&mut state, ServerMessage::Submitted(Ok("mine".into())));
    tell(&mut state, log);
    state
}

#[test]
fn while_mine_is_measured_theirs_stays_on_show_and_then_both_are_drawn_over_each_other() {
    let (mut state, _) = opened(&link_with("units=7&v=1", "theirs"));
    hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    act(&mut state, RunAction::StartShown);
    hear(&mut state, ServerMessage::Submitted(Ok("mine".into())));
    let experiment = experiment(&state);
    let before = super::paintings();
    tell(&mut state, numbered(1, begun("mine", &experiment)));
    assert_eq!((theirs_id(&state), shown_id(&state)), (Some("theirs"), "mine"));
    assert!(!state.is_compared() && state.run.is_going_on(), "the strip is of mine");
    assert!(state.drawing().unwrap().verdict.contains("verdict"), "the charts are of theirs");
    let mut rest = numbered(4, plan(&experiment).iter().flat_map(super::run_trial));
    for event in rest.drain(..) {
        tell(&mut state, vec![event]);
    }
    assert!(super::paintings() <= before + 1, "nothing is drawn while mine is measured");
    tell(&mut state, numbered(200, [Happening::Finished { conditions: None }]));
    assert!(state.is_compared());
    let drawing = state.drawing().unwrap();
    assert!(drawing.verdict.contains("there and here") || drawing.verdict.contains("differs"), "{}", drawing.verdict);
    assert!(drawing.cards.iter().any(|card| card.id.starts_with("between")), "A and B on one chart");
}

#[test]
fn a_comparison_has_an_address_that_opens_to_the_same() {
    let mut state = theirs_and_mine();
    let effects = act(&mut state, ResultAction::Choose("memory_bytes".into()));
    let (written, _) = address(&effects).expect("it is said");
    let (head, fragment) = written.split_once('#').expect("theirs is in it");
    assert!(head.contains("&run=mine&with=theirs") && fragment.len() > 100, "{written}");
    // The server knows mine; theirs is in the link.
    let (mut again, _) = opened(&format!("{THERE}{written}"));
    let effects = hear(&mut again, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    assert!(effects.contains(&Effect::Follow("mine".into(), 0)), "{effects:?}");
    let log = finished("mine", &experiment(&again));
    tell(&mut again, log);
    assert_eq!((theirs_id(&again), shown_id(&again)), (Some("theirs"), "mine"));
    assert!(again.is_compared());
}

#[test]
fn the_link_carries_both_and_gathers_what_its_readers_measured() {
    let mut state = theirs_and_mine();
    let link = copied(&act(&mut state, ShareAction::Copy)).to_owned();
    act(&mut state, ShareAction::Copied(true));
    assert!(state.page.given_out.as_ref().unwrap().starts_with("Link with both results copied"), "{:?}", state.page.given_out);
    let (mut third, _) = opened(&link);
    assert_eq!((theirs_id(&third), shown_id(&third)), (Some("theirs"), "mine"));
    hear(&mut third, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    links(&mut third, THERE);
    run(&mut third, "thirds");
    assert_eq!((theirs_id(&third), shown_id(&third)), (Some("theirs"), "thirds"));
    let ids = |state: &State| state.compared().map(|shown| shown.run.id().to_owned()).collect::<Vec<_>>();
    assert_eq!(ids(&third), ["theirs", "thirds", "mine"], "what was in the link stays");
    let link = copied(&act(&mut third, ShareAction::Copy)).to_owned();
    let (fourth, _) = opened(&link);
    assert_eq!(ids(&fourth), ["theirs", "thirds", "mine"]);
}

#[test]
fn a_and_b_are_swapped_and_either_is_looked_at_alone() {
    let mut state = theirs_and_mine();
    act(&mut state, CompareAction::Swap);
    assert_eq!((theirs_id(&state), shown_id(&state)), (Some("mine"), "theirs"));
    act(&mut state, CompareAction::Swap);
    act(&mut state, CompareAction::Drop(Side::B));
    assert_eq!((theirs_id(&state), shown_id(&state)), (None, "theirs"));
    let mut state = theirs_and_mine();
    act(&mut state, CompareAction::Drop(Side::A));
    assert_eq!((theirs_id(&state), shown_id(&state)), (None, "mine"));
    assert!(!verdict(&state).is_empty(), "it is drawn alone");
}

#[test]
fn b_is_run_again_in_its_own_place_and_a_run_of_other_work_compares_nothing() {
    let mut state = theirs_and_mine();
    act(&mut state, CompareAction::RunAgain);
    hear(&mut state, ServerMessage::Submitted(Ok("again".into())));
    let log = finished("again", &experiment(&state));
    tell(&mut state, log);
    assert_eq!((theirs_id(&state), shown_id(&state)), (Some("theirs"), "again"));
    act(&mut state, FormAction::ChooseWorkload("idle".into()));
    run(&mut state, "other");
    assert_eq!((theirs_id(&state), shown_id(&state)), (None, "other"));
}

#[test]
fn two_results_of_the_history_are_compared_with_other_parameters_too() {
    drop(with_run("units=7&v=1", "first", HERE));
    drop(with_run("units=9&v=1", "second", HERE));
    let mut state = open("/history", "");
    let effects = act(&mut state, CompareAction::Open("first".into(), "second".into()));
    assert_eq!((state.place, theirs_id(&state), shown_id(&state)), (Place::Run, Some("first"), "second"));
    assert_eq!(state.form.draft().fields["units"], "9");
    let written = effects.iter().rev().find_map(|effect| match effect {
        Effect::Address(url, _) => Some(url.as_str()),
        _ => None,
    });
    assert!(written.is_some_and(|url| url.ends_with("&run=second&with=first")), "{effects:?}");
    assert!(state.drawing().unwrap().verdict.contains("differs"), "{}", state.drawing().unwrap().verdict);
    act(&mut state, CompareAction::Open("first".into(), "nobody".into()));
    assert!(state.page.notices.iter().any(|notice| matches!(notice, Notice::NotOpened(_))), "{:?}", state.page.notices);
}

#[test]
fn what_the_server_stores_is_opened_and_what_it_does_not_store_is_said() {
    let mut made = with_run("units=7&v=1", "theirs", THERE);
    let effects = act(&mut made, ShareAction::Choose(Sharing::File));
    let Some(Effect::Save(_, bytes)) = effects.into_iter().find(|effect| matches!(effect, Effect::Save(..))) else { panic!() };
    let (mut state, effects) = State::open(Address::of("/r/Ab12", ""), None);
    assert!(effects.contains(&Effect::LoadStored("Ab12".into())), "{effects:?}");
    hear(&mut state, ServerMessage::Stored("Ab12".into(), Ok(bytes)));
    assert_eq!(shown_id(&state), "theirs");
    let effects = hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    assert_eq!(address(&effects), None, "the address stays the short link");

    let (mut state, _) = State::open(Address::of("/r/gone", ""), None);
    hear(&mut state, ServerMessage::Stored("gone".into(), Err(Failure::Away)));
    assert!(state.server.away && state.carried.is_opening(), "it is asked for again");
    let effects = hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    assert!(effects.contains(&Effect::LoadStored("gone".into())), "{effects:?}");
    hear(&mut state, ServerMessage::Stored("gone".into(), Err(unknown())));
    assert_eq!(state.page.notices, [Notice::UnknownResult("gone".into())]);
    assert!(state.is_ready() && state.form.problems().is_empty());
}

#[test]
fn back_from_an_edit_leads_to_the_link_and_its_result() {
    let link = link_with("units=7&v=1", "theirs");
    let (mut state, _) = opened(&link);
    hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    type_units(&mut state, "8");
    act(&mut state, UserAction::Navigate(at(&link)));
    assert_eq!((shown_id(&state), state.form.draft().fields["units"].as_str()), ("theirs", "7"));
    assert!(state.copies_result());
}

#[test]
fn another_capsule_over_the_present_address_is_opened() {
    let (first, second) = (link_with("units=7&v=1", "first"), link_with("units=9&v=1", "second"));
    let (mut state, _) = opened(&first);
    hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    act(&mut state, UserAction::Navigate(at(&second)));
    assert_eq!((shown_id(&state), state.form.draft().fields["units"].as_str()), ("second", "9"));
    // A browser tells of it twice.
    let effects = act(&mut state, UserAction::Navigate(at(&second)));
    assert_eq!(address(&effects), None, "{effects:?}");
}
