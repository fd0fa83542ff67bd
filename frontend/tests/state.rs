//! What the page does, without a browser: deeds and news go in, the state and its effects come out.

use std::collections::BTreeMap;

use frontend::state::{Action, Asked, Connection, Deed, Effect, Entry, News, Notice, Recorded, RunSeen, State};
use frontend::web::api::Failure;
use protocol::catalog::{Cell, Choice, Headline, Look, Metric, Noun, ParameterKind, Shape};
use protocol::event::Happening;
use protocol::plan::plan;
use protocol::problem::ProblemDocument;
use protocol::{
    Build, Catalog, Experiment, Machine, Model, Parameter, Preset, RunEvent, RunState, Trial, TrialStatus, Value, Workload,
};

fn integer(name: &str, max: u64, default: u64) -> Parameter {
    let kind = ParameterKind::Integer { min: 1, max, step: 1, default, log: false };
    Parameter { name: name.into(), label: name.into(), unit: String::new(), help: String::new(), kind, earlier: Vec::new() }
}

fn workload(id: &str, absent: Option<&str>) -> Workload {
    let noun = || Noun { one: "request".into(), many: "requests".into() };
    let cell = |model: &str, absent: Option<&str>| Cell {
        model: model.into(),
        absent: absent.map(Into::into),
        source: None,
        units_limit: None,
    };
    Workload {
        id: id.into(),
        name: id.into(),
        summary: String::new(),
        help: String::new(),
        unit: noun(),
        operation: noun(),
        latency: String::new(),
        scope: Vec::new(),
        headline: Headline { metric: Metric::OpsPerS, subject: "{units} units".into(), verb: "answered".into() },
        parameters: vec![integer("units", 9_900, 1_000), integer("rounds", 1_000, 100)],
        figures: Vec::new(),
        cells: vec![cell("threads", None), cell("tokio", absent), cell("actix", None)],
    }
}

fn choice(name: &str, words: [&str; 2]) -> Parameter {
    let options = words.map(|word| Choice { value: word.into(), label: word.into() }).to_vec();
    let kind = ParameterKind::Choice { options, default: words[0].into() };
    Parameter { kind, ..integer(name, 1, 1) }
}

fn catalog() -> Catalog {
    let look = || Look { shape: Shape::Circle, notched: false, light: "#000000".into(), dark: "#ffffff".into() };
    let model = |id: &str| Model { id: id.into(), name: id.into(), summary: String::new(), variant_of: None, look: look() };
    let preset = |name: &str, units: u64| Preset {
        name: name.into(),
        note: String::new(),
        workload: "echo".into(),
        models: vec!["threads".into(), "tokio".into()],
        set: BTreeMap::from([("units".into(), Value::Integer(units))]),
        listings: Vec::new(),
    };
    Catalog {
        version: 1,
        models: ["threads", "tokio", "actix"].map(model).to_vec(),
        workloads: vec![workload("echo", None), workload("pool", Some("it would deadlock"))],
        method: vec![
            choice("cores", ["all", "one"]),
            choice("driver", ["worker", "block_on"]),
            integer("workers", 64, 2),
            integer("repetitions", 50, 3),
            choice("until", ["all", "sure"]),
            choice("lanes", ["off", "on"]),
            integer("seed", 1 << 53, 42),
        ],
        presets: vec![preset("first", 10), preset("second", 20)],
    }
}

/// A page that was opened at this address and has its catalogue.
fn open(path: &str, query: &str) -> State {
    let (mut state, _) = State::open(path.into(), query.into(), None);
    hear(&mut state, News::Catalog(Ok(Box::new(catalog()))));
    state
}

fn hear(state: &mut State, news: News) -> Vec<Effect> {
    state.apply(Action::Heard(news))
}

fn act(state: &mut State, deed: Deed) -> Vec<Effect> {
    state.apply(Action::Did(deed))
}

fn type_units(state: &mut State, text: &str) -> Vec<Effect> {
    act(state, Deed::Type("units".into(), text.into()))
}

fn address(effects: &[Effect]) -> Option<(&str, Entry)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Address(url, entry) => Some((url.as_str(), *entry)),
        _ => None,
    })
}

fn experiment(state: &State) -> Experiment {
    state.checked().unwrap().unwrap()
}

fn seen(id: &str, experiment: Experiment, state: RunState) -> Box<RunSeen> {
    let plan = plan(&experiment);
    Box::new(RunSeen {
        id: id.into(),
        state,
        position: 0,
        expected_wait_ms: None,
        trials: Vec::new(),
        report: state.is_over().then(|| recorded(experiment.clone())),
        experiment,
        plan,
    })
}

fn recorded(experiment: Experiment) -> Recorded {
    let text = String::new;
    let machine = Machine {
        cpu: text(),
        cores: 2,
        memory_bytes: 0,
        os: text(),
        kernel: text(),
        threads_limit: 0,
        threads_limit_because: text(),
        files_limit: 0,
        trial_memory_limit_bytes: 0,
        trial_time_limit_ms: 0,
        calibration: None,
    };
    let build = Build {
        version: text(),
        commit: text(),
        profile: text(),
        rustc: text(),
        tokio: text(),
        actix: text(),
        rayon: text(),
        smol: text(),
    };
    let trials = plan(&experiment).into_iter().map(|planned| ended(planned.order, &planned.model, &planned.label)).collect();
    Recorded { started_ms: 1, experiment, machine, build, trials }
}

fn ended(order: u64, model: &str, label: &str) -> Trial {
    let (status, ops_per_s) = (TrialStatus::Ok, Some(100.0 + order as f64));
    Trial { order, model: model.into(), label: label.into(), status, ops_per_s, ..Trial::default() }
}

fn tell(state: &mut State, number: u64, at_ms: u64, what: Happening) -> Vec<Effect> {
    hear(state, News::Event(Box::new(RunEvent { number, at_ms, what })))
}

/// A page whose run goes on: two models, three repetitions, nothing ended yet.
fn running() -> State {
    let mut state = open("/", "");
    act(&mut state, Deed::Start);
    let experiment = experiment(&state);
    hear(&mut state, News::Run(Asked::Start, Ok(seen("abc", experiment.clone(), RunState::Queued))));
    tell(&mut state, 1, 0, Happening::Queued { position: 0, expected_wait_ms: None });
    tell(&mut state, 2, 10, Happening::Started { plan: plan(&experiment) });
    state
}

#[test]
fn the_address_is_the_link_at_every_moment_even_half_typed() {
    let mut state = open("/", "");
    let effects = type_units(&mut state, "12x");
    let (url, entry) = address(&effects).unwrap();
    assert!(url.starts_with("/echo?units=12x&") && entry == Entry::Over, "{url}");
    let effects = act(&mut state, Deed::Preset(1));
    assert!(matches!(address(&effects), Some((url, Entry::New)) if url.contains("units=20")), "a preset is a deed of its own");
    assert_eq!(address(&act(&mut state, Deed::Tick)), None, "nothing changed, nothing is written");
}

#[test]
fn an_invalid_field_is_kept_and_never_sent() {
    let mut state = open("/", "");
    type_units(&mut state, "0");
    let effects = act(&mut state, Deed::Start);
    assert!(effects.contains(&Effect::Focus("field-units".into())), "{effects:?}");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Start(_))));
    assert_eq!(state.draft.fields["units"], "0");
    assert!(state.cannot_run().is_some_and(|why| why.contains("units")));
}

#[test]
fn commas_are_for_the_eye_and_no_link_has_them() {
    let mut state = open("/", "");
    let effects = type_units(&mut state, "1,2 00");
    assert!(matches!(address(&effects), Some((url, _)) if url.contains("units=1200&")));
    assert_eq!(state.typing, Some(("units".into(), "1,2 00".into())), "but what is typed stands as it was typed");
}

#[test]
fn what_was_typed_comes_back_after_a_preset_replaced_it() {
    let mut state = open("/", "");
    type_units(&mut state, "77");
    act(&mut state, Deed::Preset(1));
    act(&mut state, Deed::Workload("pool".into()));
    act(&mut state, Deed::Undo);
    act(&mut state, Deed::Undo);
    assert_eq!(state.draft.fields["units"], "77");
    assert!(state.replaced.is_empty());
}

#[test]
fn another_workload_keeps_the_method_and_drops_the_models_that_cannot_run_it() {
    let mut state = open("/", "");
    act(&mut state, Deed::Type("repetitions".into(), "7".into()));
    act(&mut state, Deed::Workload("pool".into()));
    assert_eq!((state.draft.workload.as_str(), state.draft.models.as_slice()), ("pool", &["threads".to_owned()][..]));
    assert_eq!(experiment(&state).repetitions, 7);
}

#[test]
fn models_stand_in_the_catalogue_s_order_whatever_the_order_of_the_clicks() {
    let mut state = open("/", "");
    for model in ["threads", "actix", "threads"] {
        act(&mut state, Deed::Toggle(model.into()));
    }
    assert_eq!(state.draft.models, ["threads", "tokio", "actix"]);
}

#[test]
fn a_run_is_followed_and_its_link_is_in_the_address() {
    let mut state = open("/", "");
    let effects = act(&mut state, Deed::Start);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Start(_))));
    let experiment = experiment(&state);
    let effects = hear(&mut state, News::Run(Asked::Start, Ok(seen("abc", experiment, RunState::Queued))));
    assert!(effects.contains(&Effect::Follow("abc".into(), 0)));
    assert!(matches!(address(&effects), Some((url, Entry::New)) if url.ends_with("&run=abc")));
}

#[test]
fn an_edit_after_a_result_leaves_the_result_and_its_link_to_go_back_to() {
    let mut state = running();
    let effects = type_units(&mut state, "11");
    let (url, entry) = address(&effects).unwrap();
    assert!(entry == Entry::New && !url.contains("run="), "{url}");
    assert!(state.shown.as_ref().is_some_and(|shown| !state.is_of_the_form(shown)), "the old result is of other parameters");
    let (_, query) = "/echo?units=10&rounds=100&models=threads,tokio&cores=all&driver=worker&workers=2&repetitions=3&until=all&lanes=off&seed=42&v=1&run=abc"
        .split_once('?')
        .unwrap();
    let effects = act(&mut state, Deed::Moved("/echo".into(), query.into()));
    assert!(state.shown.as_ref().is_some_and(|shown| state.is_of_the_form(shown)), "back again");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::LoadRun(..))), "it is still there: {effects:?}");
}

#[test]
fn events_fill_the_run_in_and_a_replayed_log_changes_nothing() {
    let mut state = running();
    let first = state.shown.as_ref().unwrap().plan[0].clone();
    state.now = 1_000.0;
    tell(&mut state, 3, 20, Happening::TrialStarted { order: 0 });
    assert_eq!(state.shown.as_ref().unwrap().running, Some((0, None)));
    let trial = Box::new(ended(0, &first.model, &first.label));
    tell(&mut state, 4, 520, Happening::TrialFinished { trial: trial.clone() });
    tell(&mut state, 4, 520, Happening::TrialFinished { trial });
    let shown = state.shown.as_ref().unwrap();
    assert_eq!((shown.trials.len(), shown.running), (1, None));
    assert_eq!(shown.mean_ms(&first.label), Some(500.0));
    let effects = tell(&mut state, 5, 600, Happening::Finished);
    assert!(effects.contains(&Effect::Unfollow));
    assert!(state.shown.as_ref().is_some_and(|shown| !shown.is_going_on()));
}

#[test]
fn a_broken_stream_is_said_and_taken_up_again() {
    let mut state = running();
    assert!(hear(&mut state, News::StreamBroke).contains(&Effect::RetryLater));
    assert_eq!(state.shown.as_ref().unwrap().connection, Connection::Reconnecting);
    assert!(hear(&mut state, News::Retry).contains(&Effect::LoadRun(Asked::Resume, "abc".into())));
    let experiment = experiment(&state);
    let effects = hear(&mut state, News::Run(Asked::Resume, Ok(seen("abc", experiment, RunState::Running))));
    assert!(effects.contains(&Effect::Follow("abc".into(), 0)));
    assert_eq!(state.shown.as_ref().unwrap().connection, Connection::Good);
}

#[test]
fn a_server_that_went_away_is_asked_until_it_is_back_and_nothing_typed_is_lost() {
    let mut state = running();
    type_units(&mut state, "33");
    hear(&mut state, News::StreamBroke);
    hear(&mut state, News::Run(Asked::Resume, Err(Failure::Away)));
    assert!(state.away && state.cannot_run().is_some());
    assert!(hear(&mut state, News::Retry).contains(&Effect::LoadCatalog));
    assert!(hear(&mut state, News::Catalog(Err(Failure::Away))).contains(&Effect::RetryLater));
    let effects = hear(&mut state, News::Catalog(Ok(Box::new(catalog()))));
    assert!(!state.away);
    assert!(effects.contains(&Effect::LoadRun(Asked::Resume, "abc".into())), "{effects:?}");
    assert_eq!(state.draft.fields["units"], "33");
}

#[test]
fn a_page_that_is_opened_while_the_server_is_away_opens_its_link_when_it_is_back() {
    let (mut state, _) = State::open("/echo".into(), "units=55&v=1".into(), None);
    assert!(hear(&mut state, News::Catalog(Err(Failure::Away))).contains(&Effect::RetryLater));
    assert!(state.away);
    hear(&mut state, News::Catalog(Ok(Box::new(catalog()))));
    assert_eq!(state.draft.fields["units"], "55");
}

#[test]
fn a_run_that_this_server_does_not_know_is_said_and_its_experiment_stays() {
    let mut state = open("/echo", "units=55&v=1&run=gone");
    assert_eq!(state.wanted.as_deref(), Some("gone"));
    let problem =
        ProblemDocument { kind: String::new(), title: String::new(), status: 404, detail: String::new(), errors: Vec::new() };
    hear(&mut state, News::Run(Asked::Open, Err(Failure::Refused(Box::new(problem.clone())))));
    assert_eq!(state.notices, [Notice::UnknownRun("gone".into())]);
    assert_eq!((state.draft.fields["units"].as_str(), state.cannot_run()), ("55", None));

    let mut state = running();
    hear(&mut state, News::StreamBroke);
    hear(&mut state, News::Run(Asked::Resume, Err(Failure::Refused(Box::new(problem)))));
    assert_eq!(state.shown.as_ref().unwrap().connection, Connection::Lost);
    assert_eq!(state.cannot_run(), None, "a lost run does not stand in the way of the next");
}

#[test]
fn a_damaged_link_says_what_could_not_be_read() {
    let state = open("/echo", "units=5&rounds=many&colour=red&v=1");
    assert!(matches!(state.notices.as_slice(), [Notice::Link(notes)] if notes.len() == 2));
    assert_eq!(state.draft.fields["units"], "5");
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
    hear(&mut state, News::Sample(Ok(Box::new(recorded(of_the_sample.clone())))));
    assert_eq!(state.linked_run(), None);
    assert_eq!(experiment(&state).units(), 10, "the form keeps the first preset");
    let effects = act(&mut state, Deed::StartShown);
    assert!(effects.contains(&Effect::Start(Box::new(of_the_sample))), "run it here means the sample's experiment");
}

#[test]
fn escape_closes_the_sheet_before_it_cancels() {
    let mut state = running();
    act(&mut state, Deed::Sheet(true));
    assert!(act(&mut state, Deed::Escape).is_empty() && !state.sheet);
    assert!(act(&mut state, Deed::Escape).contains(&Effect::Cancel("abc".into())));
}

#[test]
fn a_theme_that_is_what_the_system_asks_for_is_not_stored() {
    let mut state = open("/", "");
    assert!(act(&mut state, Deed::Theme { system_is_dark: false }).contains(&Effect::Theme(Some("dark"))));
    assert!(act(&mut state, Deed::Theme { system_is_dark: false }).contains(&Effect::Theme(None)));
}
