//! What the page does, without a browser: actions and messages go in, the state and its effects come out.

mod address;
mod form;
mod page;
mod run;
mod server;

use std::collections::BTreeMap;

use frontend::state::{
    Action, Effect, FormAction, HistoryEntry, Recorded, RunAction, RunRequest, RunSeen, ServerMessage, State, UserAction,
};
use protocol::catalog::{Cell, Choice, Headline, Look, Metric, Noun, ParameterKind, Shape};
use protocol::event::Happening;
use protocol::plan::plan;
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
    hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    state
}

fn hear(state: &mut State, message: ServerMessage) -> Vec<Effect> {
    state.apply(Action::Server(message))
}

fn act(state: &mut State, action: impl Into<UserAction>) -> Vec<Effect> {
    state.apply(Action::User(action.into()))
}

fn type_units(state: &mut State, text: &str) -> Vec<Effect> {
    act(state, FormAction::Type("units".into(), text.into()))
}

fn address(effects: &[Effect]) -> Option<(&str, HistoryEntry)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Address(url, entry) => Some((url.as_str(), *entry)),
        _ => None,
    })
}

fn experiment(state: &State) -> Experiment {
    state.form.experiment().unwrap().clone()
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
    hear(state, ServerMessage::Event(Box::new(RunEvent { number, at_ms, what })))
}

/// A page whose run goes on: two models, three repetitions, nothing ended yet.
fn running() -> State {
    let mut state = open("/", "");
    act(&mut state, RunAction::Start);
    let experiment = experiment(&state);
    hear(&mut state, ServerMessage::Run(RunRequest::Start, Ok(seen("abc", experiment.clone(), RunState::Queued))));
    tell(&mut state, 1, 0, Happening::Queued { position: 0, expected_wait_ms: None });
    tell(&mut state, 2, 10, Happening::Started { plan: plan(&experiment) });
    state
}
