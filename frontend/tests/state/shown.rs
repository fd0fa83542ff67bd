//! What a log comes to: the page's part of it. (The fold itself is the protocol's to test.)

use std::rc::Rc;

use analysis::verdict::Segment;
use frontend::state::{Effect, FormAction, Origin, ResultAction, RunAction, ServerMessage, Shown, State};
use protocol::plan::{cut, plan};
use protocol::{Experiment, Happening, PlannedTrial, RunEvent, RunState};

use super::{act, address, after, begun, experiment, finished, hear, numbered, open, run_trial, running, tell};

fn shown(pieces: &[&[RunEvent]]) -> Shown {
    let mut shown = Shown::new(Origin::Run("abc".into()));
    pieces.iter().for_each(|piece| shown.take(piece, 1_000.0));
    shown
}

/// Two models, ten repetitions at most, until it can tell.
fn until_sure() -> Experiment {
    let mut state = open("/", "");
    for (field, text) in [("repetitions", "10"), ("until", "sure")] {
        act(&mut state, FormAction::Type(field.into(), text.into()));
    }
    experiment(&state)
}

#[test]
fn a_run_that_is_read_in_pieces_is_the_same_as_in_one_piece() {
    for repetitions in [3, 30] {
        let log = finished("abc", &experiment(&open("/", "")).with("repetitions", repetitions));
        let whole = shown(&[&log]);
        assert!(!whole.sentence.headline.is_empty() && whole.run.trials.len() as u64 == 3 * repetitions);
        for size in [1, 2, 7, log.len() - 1] {
            let pieces: Vec<&[RunEvent]> = log.chunks(size).collect();
            let pieces = shown(&pieces);
            assert_eq!(pieces.run, whole.run, "{repetitions} repetitions, {size} at once");
            assert_eq!(pieces.summarised.summary, whole.summarised.summary, "{repetitions} repetitions, {size} at once");
            assert_eq!(pieces.sentence, whole.sentence, "{repetitions} repetitions, {size} at once");
        }
    }
}

#[test]
fn a_log_that_is_heard_again_changes_nothing() {
    let log = finished("abc", &experiment(&open("/", "")));
    assert_eq!(shown(&[&log[..8], &log[3..], &log]).run, shown(&[&log]).run);
}

#[test]
fn a_cancelled_run_that_was_to_end_when_sure_shows_its_whole_plan_and_a_finished_one_what_was_left_of_it() {
    let experiment = until_sure();
    let whole = plan(&experiment);
    assert_eq!(whole.len(), 30);

    let mut log = after(6, "abc", &experiment);
    log.push(Happening::Cancelled { conditions: None });
    let cancelled = shown(&[&numbered(1, log)]);
    assert_eq!((cancelled.run.trials.len(), cancelled.run.planned().len()), (6, 30));

    let mut log = after(15, "abc", &experiment);
    log.push(Happening::Replanned { plan: cut(&whole, 15) });
    log.push(Happening::Finished { conditions: None });
    let finished = shown(&[&numbered(1, log)]);
    assert_eq!((finished.run.state, finished.run.planned().len()), (RunState::Finished, 15));
}

#[test]
fn an_interrupted_run_says_how_far_it_came_and_nothing_runs_in_it() {
    let experiment = experiment(&open("/", ""));
    let mut log = after(4, "abc", &experiment);
    log.push(run_trial(&plan(&experiment)[4])[0].clone());
    log.push(Happening::Interrupted);
    let shown = shown(&[&numbered(1, log)]);
    assert!(!shown.is_going_on() && shown.run.running.is_none());
    assert_eq!((shown.run.trials.len(), shown.run.planned().len()), (4, 9));
    assert!(!shown.sentence.headline.is_empty(), "what had been told is there, and says what it can");
}

#[test]
fn the_rows_of_the_table_are_there_before_the_first_trial_has_ended() {
    let experiment = experiment(&open("/", ""));
    for entries in 1..=3 {
        let shown = shown(&[&numbered(1, begun("abc", &experiment))[..entries]]);
        assert_eq!(shown.summarised.summary.len(), 3, "two models and the control, after {entries} entries");
        assert!(shown.sentence.headline.iter().all(|segment| !matches!(segment, Segment::Strong(_))), "{:?}", shown.sentence);
    }
}

#[test]
fn how_long_a_trial_takes_is_told_from_those_of_its_model_that_have_ended() {
    let experiment = experiment(&open("/", ""));
    let shown = shown(&[&numbered(1, after(3, "abc", &experiment))]);
    let next = &shown.run.plan[3];
    assert_eq!(shown.means().of(next), Some(100.0), "each took a tenth of a second from one entry to the next");
    assert_eq!(shown.remaining_ms(1_000.0), Some(600.0));
}

/// The log of a sweep of both parameters that this link opens, and the page that it opened.
fn swept(query: &str) -> (State, Vec<RunEvent>) {
    let mut state = open("/echo", query);
    act(&mut state, RunAction::Start);
    hear(&mut state, ServerMessage::Submitted(Ok("abc".into())));
    let log = finished("abc", &experiment(&state));
    (state, log)
}

#[test]
fn a_sweep_is_about_the_quantity_in_its_link_at_every_point() {
    let (mut state, log) = swept("units=1;10&rounds=5;50;500&models=threads,tokio&quantity=memory_bytes&v=1");
    assert_eq!(state.form.plan().len(), 3 * 6 * 3, "three labels, six points, three repetitions");
    tell(&mut state, log);
    let shown = state.run.shown().unwrap();
    assert_eq!(shown.quantity(), Some("memory_bytes"));
    let points: Vec<_> = shown.summarised.points.iter().map(|point| (point.value, point.also.unwrap())).collect();
    assert_eq!(points, [(1, 5), (1, 50), (1, 500), (10, 5), (10, 50), (10, 500)]);
    for point in &shown.summarised.points {
        let metrics: Vec<&str> = point.comparisons.iter().map(|comparison| comparison.metric.as_str()).collect();
        assert_eq!(metrics, ["memory_bytes"], "{point:?}");
    }
    act(&mut state, ResultAction::Choose("ops_per_s".into()));
    let points = &state.run.shown().unwrap().summarised.points;
    assert!(points.iter().all(|point| point.comparisons[0].metric == "ops_per_s"), "{points:?}");
}

#[test]
fn what_a_sweep_comes_to_is_not_computed_anew_at_each_event() {
    let (_, log) = swept("units=1;10&rounds=5;50&v=1");
    let mut shown = shown(&[&log[..4]]);
    let before = Rc::clone(&shown.summarised);
    assert_eq!(before.points.len(), 4, "its points are there from the start");
    shown.take(&log[4..12], 1_000.0);
    assert!(Rc::ptr_eq(&before, &shown.summarised));
    shown.take(&log[12..], 1_000.0);
    assert!(!Rc::ptr_eq(&before, &shown.summarised), "but when it is over");
}

#[test]
fn how_long_a_sweep_takes_is_told_by_point() {
    let (_, log) = swept("units=1;10&rounds=5;50&v=1");
    let shown = shown(&[&log]);
    let planned = shown.run.plan.iter().find(|planned| (planned.at, planned.also_at) == (Some(10), Some(5))).unwrap();
    assert_eq!(shown.means().of(planned), Some(100.0));
    let elsewhere = PlannedTrial { also_at: Some(7), ..planned.clone() };
    assert_eq!(shown.means().of(&elsewhere), None);
}

/// A page with the whole result of its form on show.
fn with_a_result() -> State {
    let mut state = running();
    let experiment = experiment(&state);
    tell(&mut state, finished("abc", &experiment).split_off(3));
    assert!(!state.run.is_going_on());
    state
}

#[test]
fn a_quantity_that_is_chosen_is_in_the_address_and_opens_again() {
    let mut state = with_a_result();
    let before = state.run.shown().unwrap().sentence.plain();
    let effects = act(&mut state, ResultAction::Choose("memory_bytes".into()));
    let (url, _) = address(&effects).expect("the address says it");
    assert!(url.contains("quantity=memory_bytes") && url.contains("run=abc"), "{url}");
    assert_eq!(state.run.shown().unwrap().quantity(), Some("memory_bytes"));
    assert_ne!(state.run.shown().unwrap().sentence.plain(), before);

    let (path, query) = url.split_once('?').unwrap();
    assert_eq!(open(path, query).run.quantity(), Some("memory_bytes"));

    // The headline is what a link means that does not say.
    let effects = act(&mut state, ResultAction::Choose("ops_per_s".into()));
    assert!(!address(&effects).unwrap().0.contains("quantity"), "{effects:?}");
    assert_eq!(state.run.shown().unwrap().sentence.plain(), before);
}

#[test]
fn a_quantity_that_a_result_does_not_have_leaves_it_at_its_headline() {
    let mut state = open("/echo", "quantity=nonsense&v=1");
    assert_eq!((state.run.quantity(), state.page.notices.len()), (None, 1), "and it is said");
    act(&mut state, ResultAction::Choose("nonsense".into()));
    act(&mut state, RunAction::Start);
    let experiment = experiment(&state);
    hear(&mut state, ServerMessage::Submitted(Ok("abc".into())));
    tell(&mut state, finished("abc", &experiment));
    assert_eq!(state.run.shown().unwrap().quantity(), None);
}

#[test]
fn what_would_let_it_tell_is_run_with_one_button() {
    let mut state = with_a_result();
    let mend = state.run.shown().unwrap().sentence.mend.clone().expect("three repetitions are too few to tell");
    let effects = act(&mut state, RunAction::Mend);
    let Some(Effect::Start(draft)) = effects.iter().find(|effect| matches!(effect, Effect::Start(_))) else {
        panic!("{effects:?}")
    };
    assert!(!mend.set.is_empty(), "{mend:?}");
    for (name, value) in &mend.set {
        assert_eq!(draft.fields[name], value.to_string(), "{mend:?}");
    }
    assert!(state.form.can_undo(), "what was in the form comes back");
}
