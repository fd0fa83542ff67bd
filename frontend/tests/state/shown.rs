//! What a log comes to: the page's part of it. (The fold itself is the protocol's to test.)

use frontend::painter::ExportForm;
use frontend::state::{Effect, FormAction, Notice, Origin, ResultAction, RunAction, ServerMessage, Shown, State};
use protocol::plan::{cut, plan};
use protocol::view::LatencyForm;
use protocol::{Experiment, Happening, PlannedTrial, RunEvent, RunState, View};

use super::{act, address, after, experiment, finished, hear, marks, numbered, open, run_trial, running, sample, tell, verdict};

fn shown(pieces: &[&[RunEvent]]) -> Shown {
    let mut shown = Shown::new(Origin::Run("abc".into()), 1);
    pieces.iter().for_each(|piece| shown.take(piece, &[], 1_000.0));
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
        assert_eq!(whole.run.trials.len() as u64, 3 * repetitions);
        for size in [1, 2, 7, log.len() - 1] {
            let pieces: Vec<&[RunEvent]> = log.chunks(size).collect();
            let pieces = shown(&pieces);
            assert_eq!(pieces.run, whole.run, "{repetitions} repetitions, {size} at once");
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
    assert_eq!((finished.told_apart_of(), cancelled.told_apart_of()), (Some(30), None), "and that is said of it");
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
}

#[test]
fn the_rows_of_the_table_are_there_before_the_first_trial_has_ended() {
    let figures = &running().run.shown().unwrap().drawing.figures.clone();
    assert_eq!(figures.matches("data-label=").count(), 3, "two models and the control: {figures}");
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
    let title = |state: &State| state.run.shown().unwrap().drawing.cards[0].title.clone();
    assert_eq!(title(&state), "Memory");
    let rows = state.run.shown().unwrap().drawing.cards[0].table.matches("<tr>").count();
    assert_eq!(rows, 1 + 6, "a row for each point, and the head");
    act(&mut state, ResultAction::Choose("ops_per_s".into()));
    assert_ne!(title(&state), "Memory");
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
    let before = verdict(&state).to_owned();
    let effects = act(&mut state, ResultAction::Choose("memory_bytes".into()));
    let (url, _) = address(&effects).expect("the address says it");
    assert!(url.contains("quantity=memory_bytes") && url.contains("run=abc"), "{url}");
    assert_ne!(verdict(&state), before);

    let (path, query) = url.split_once('?').unwrap();
    assert_eq!(open(path, query).result.view().quantity.as_deref(), Some("memory_bytes"));

    // The headline is what a link means that does not say.
    let effects = act(&mut state, ResultAction::Choose("ops_per_s".into()));
    assert!(!address(&effects).unwrap().0.contains("quantity"), "{effects:?}");
    assert_eq!(verdict(&state), before);
}

#[test]
fn base_order_pins_and_the_form_of_latency_are_in_the_address_and_open_again() {
    let mut state = with_a_result();
    let actions = [
        ResultAction::Compare("tokio".into()),
        ResultAction::SortBy("ops_per_s".into()),
        ResultAction::Pin("memory_bytes".into()),
        ResultAction::DrawLatency(LatencyForm::Histogram),
    ];
    let mut url = String::new();
    for action in actions {
        url = address(&act(&mut state, action)).unwrap().0.to_owned();
    }
    let (path, query) = url.split_once('?').unwrap();
    let opened = open(path, query);
    assert_eq!((opened.result.view(), opened.page.notices.len()), (state.result.view(), 0), "{url}");
    let drawing = &state.run.shown().unwrap().drawing;
    assert!(drawing.cards.iter().any(|card| card.id == "pinned-memory_bytes"));

    // The same again takes each back; the order turns round first.
    act(&mut state, ResultAction::Compare("tokio".into()));
    act(&mut state, ResultAction::Pin("memory_bytes".into()));
    act(&mut state, ResultAction::SortBy("ops_per_s".into()));
    assert_eq!(state.result.view().sort.as_ref().map(|sort| sort.descending), Some(false));
    act(&mut state, ResultAction::SortBy("ops_per_s".into()));
    act(&mut state, ResultAction::DrawLatency(LatencyForm::Percentiles));
    assert_eq!(*state.result.view(), View::default());
}

#[test]
fn a_link_that_asks_for_what_there_is_not_says_so() {
    let query = "base=nobody&latency=cake&pinned=memory_bytes,cake&sort=-cake&v=1";
    let state = open("/echo", query);
    let [Notice::Link(problems)] = state.page.notices.as_slice() else { panic!("{:?}", state.page.notices) };
    assert_eq!(problems.iter().map(|problem| problem.field.as_str()).collect::<Vec<_>>(), ["base", "latency", "pinned", "sort"]);
    assert_eq!(state.result.view().pinned, ["memory_bytes"], "what is known of it is taken");
}

#[test]
fn a_quantity_that_a_result_does_not_have_leaves_it_at_its_headline() {
    let mut state = open("/echo", "quantity=nonsense&v=1");
    assert_eq!((&state.result.view().quantity, state.page.notices.len()), (&None, 1), "and it is said");
    act(&mut state, ResultAction::Choose("nonsense".into()));
    act(&mut state, RunAction::Start);
    let experiment = experiment(&state);
    hear(&mut state, ServerMessage::Submitted(Ok("abc".into())));
    tell(&mut state, finished("abc", &experiment));
    assert!(marks(&state) > 0, "it is drawn of its headline");
}

#[test]
fn what_would_let_it_tell_is_run_with_one_button() {
    let mut state = with_a_result();
    let mend = state.run.shown().unwrap().drawing.mend.clone().expect("three repetitions are too few to tell");
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

#[test]
fn a_picture_is_given_out_as_it_is_looked_at() {
    let mut state = with_a_result();
    act(&mut state, ResultAction::Pin("memory_bytes".into()));
    let mut given = |id: &str, form| match act(&mut state, ResultAction::Export(id.into(), form)).as_slice() {
        [Effect::GiveOut(name, of, text)] if *of == form => (name.clone(), text.clone()),
        effects => panic!("{effects:?}"),
    };
    let (name, svg) = given("trials", ExportForm::Svg);
    assert!(name == "echo-trials" && svg.starts_with("<svg "), "{name}: {svg}");
    let (_, csv) = given("pinned-memory_bytes", ExportForm::Csv);
    assert!(csv.starts_with("Model,median,interval"), "{csv}");
    assert!(given("trials", ExportForm::Png).1.starts_with("<svg "), "the page makes a bitmap of it");
}

#[test]
fn the_sample_is_drawn_anew_from_its_whole_log_which_comes_when_it_is_asked_for() {
    let mut state = open("/", "");
    let events = finished("sample", &experiment(&state));
    hear(&mut state, ServerMessage::Sample(Ok(sample(&events))));
    let before = verdict(&state).to_owned();
    let effects = act(&mut state, ResultAction::Choose("memory_bytes".into()));
    assert!(effects.contains(&Effect::LoadSampleLog) && verdict(&state) == before, "{effects:?}");
    hear(&mut state, ServerMessage::SampleLog(Ok(sample(&events).log)));
    assert_ne!(verdict(&state), before);
    let effects = act(&mut state, ResultAction::Choose("ops_per_s".into()));
    assert!(!effects.contains(&Effect::LoadSampleLog) && verdict(&state) == before, "once is enough");
}
