//! What the page does, without a browser: actions and messages go in, the state and its effects come out.

mod address;
mod code;
mod compose;
mod form;
mod history;
mod lanes;
mod pace;
mod page;
mod run;
mod server;
mod share;
mod shown;
mod told;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use frontend::keeper::history::{Keeper, KeeperHost};
use frontend::keeper::shelf::{Memory, Shelf};
use frontend::keeper::{KeeperReply, KeeperRequest};
use frontend::painter::Painter;
use frontend::state::{Action, Address, Effect, FormAction, HistoryEntry, RunAction, ServerMessage, State, UserAction};
use frontend::web::api::Failure;
use frontend::web::stream::Batch;
use protocol::catalog::{Cell, Headline, Look, Noun, Shape};
use protocol::drawing::Recorded;
use protocol::log::LOG_VERSION;
use protocol::parameter::{Choice, ParameterKind};
use protocol::plan::plan;
use protocol::problem::ProblemDocument;
use protocol::{
    Catalog, Experiment, Happening, Machine, Model, Parameter, PlannedTrial, Preset, PresetGroup, Run, RunEvent, Submission,
    Trial, TrialStatus, Value, View, Workload, compact,
};

fn integer(name: &str, max: u64, default: u64) -> Parameter {
    let kind = ParameterKind::Integer { min: 1, max, step: 1, default, log: false };
    Parameter {
        name: name.into(),
        label: name.into(),
        unit: String::new(),
        help: String::new(),
        kind,
        earlier: Vec::new(),
        can_be_swept: false,
        is_work: false,
    }
}

fn choice(name: &str, words: [&str; 2]) -> Parameter {
    let options = words.map(|word| Choice { value: word.into(), label: word.into() }).to_vec();
    let kind = ParameterKind::Choice { options, default: words[0].into() };
    Parameter { kind, ..integer(name, 1, 1) }
}

/// A workload; what Tokio's cell in it is: absent for this reason, or there and obeying these of its model's options.
fn workload(id: &str, tokio: Result<&[&str], &str>) -> Workload {
    let noun = || Noun { one: "request".into(), many: "requests".into() };
    let cell = |model: &str, of: Result<&[&str], &str>| Cell {
        model: model.into(),
        absent: of.err().map(Into::into),
        source: None,
        options: of.unwrap_or_default().iter().map(|option| (*option).to_owned()).collect(),
        libraries: Vec::new(),
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
        headline: Headline { metric: "ops_per_s".into(), subject: "{units} units".into(), verb: "answered".into() },
        by_time: false,
        parameters: [integer("units", 9_900, 1_000), integer("rounds", 1_000, 100)]
            .map(|parameter| Parameter { can_be_swept: true, ..parameter })
            .to_vec(),
        figures: Vec::new(),
        cells: vec![cell("threads", Ok(&[])), cell("tokio", tokio), cell("actix", Ok(&[]))],
    }
}

fn catalog() -> Catalog {
    let model = |id: &str| Model {
        id: id.into(),
        name: id.into(),
        within: id.into(),
        summary: String::new(),
        variant_of: None,
        look: Look { shape: Shape::Circle, notched: false, light: "#000000".into(), dark: "#ffffff".into() },
        options: if id == "tokio" { vec![choice("driver", ["worker", "block_on"])] } else { Vec::new() },
        libraries: Vec::new(),
    };
    let preset = |name: &str, units: u64| Preset {
        name: name.into(),
        group: PresetGroup::Decide,
        note: String::new(),
        workload: "echo".into(),
        models: vec!["threads".into(), "tokio".into()],
        set: BTreeMap::from([("units".into(), Value::Integer(units))]),
    };
    Catalog {
        version: 1,
        models: ["threads", "tokio", "actix"].map(model).to_vec(),
        workloads: vec![workload("echo", Ok(&["driver"])), workload("pool", Err("it would deadlock")), workload("idle", Ok(&[]))],
        method: vec![
            choice("cores", ["all", "one"]),
            integer("workers", 64, 2),
            integer("repetitions", 50, 3),
            choice("until", ["all", "sure"]),
            choice("lanes", ["off", "on"]),
            integer("seed", 1 << 53, 42),
        ],
        quantities: analysis::quantities::all(),
        presets: vec![preset("first", 10), preset("second", 20)],
    }
}

/// A page that was opened at this address and has its catalogue.
fn open(path: &str, query: &str) -> State {
    let (mut state, _) = State::open(Address::of(path, query), None);
    hear(&mut state, ServerMessage::Catalog(Ok(Box::new(catalog()))));
    state
}

fn hear(state: &mut State, message: ServerMessage) -> Vec<Effect> {
    apply(state, Action::Server(message))
}

fn act(state: &mut State, action: impl Into<UserAction>) -> Vec<Effect> {
    apply(state, Action::User(action.into()))
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

/// The server does not know what was asked for.
fn unknown() -> Failure {
    let (kind, title, detail) = (String::new(), String::new(), String::new());
    Failure::Refused(Box::new(ProblemDocument { kind, title, status: 404, detail, errors: Vec::new() }))
}

/// What has happened, as the entries of a log from this number on, a tenth of a second from one to the next.
fn numbered(from: u64, happenings: impl IntoIterator<Item = Happening>) -> Vec<RunEvent> {
    (from..).zip(happenings).map(|(number, what)| RunEvent { number, at_ms: (number - 1) * 100, what }).collect()
}

/// The first three entries of a run's log: it has begun.
fn begun(id: &str, experiment: &Experiment) -> Vec<Happening> {
    let submission = Submission {
        version: LOG_VERSION,
        id: id.into(),
        submitted_ms: 1,
        experiment: experiment.clone(),
        machine: Machine { cores: 2, ..Machine::default() },
        catalog: catalog().slice(experiment),
        ..Submission::default()
    };
    vec![
        Happening::Submitted(Box::new(submission)),
        Happening::Queued { position: 0, expected_wait_ms: None },
        Happening::Started { plan: plan(experiment) },
    ]
}

/// A trial that is run from its start to its end.
fn run_trial(planned: &PlannedTrial) -> [Happening; 2] {
    let mut trial = Trial { planned: planned.clone(), status: TrialStatus::Ok, ..Trial::default() };
    trial.figures.set("ops_per_s", 100.0 + planned.order as f64);
    trial.figures.set("peak_rss_bytes", 1e6 + planned.order as f64);
    [Happening::TrialStarted { order: planned.order }, Happening::TrialFinished { trial: Box::new(trial) }]
}

/// The log of a run of so many trials, up to its last entry but one.
fn after(trials: usize, id: &str, experiment: &Experiment) -> Vec<Happening> {
    let mut happenings = begun(id, experiment);
    happenings.extend(plan(experiment).iter().take(trials).flat_map(run_trial));
    happenings
}

/// The whole log of a run that came to its end.
fn finished(id: &str, experiment: &Experiment) -> Vec<RunEvent> {
    let mut happenings = after(usize::MAX, id, experiment);
    happenings.push(Happening::Finished { conditions: None });
    numbered(1, happenings)
}

fn tell(state: &mut State, events: Vec<RunEvent>) -> Vec<Effect> {
    let frames = events.iter().flat_map(|event| compact::write_framed(event).unwrap()).collect();
    hear(state, ServerMessage::Events(Batch { events, frames }))
}

/// Each moment is a millisecond behind the one before.
const HOST: KeeperHost = KeeperHost {
    now: || NOW.fetch_add(1, Ordering::Relaxed),
    date: charts::words::moment,
    address_of: |bytes| Some(format!("blob:{}", capsule::text_of(bytes))),
    bytes_of: |address| Box::pin(async move { capsule::bytes_of(address.strip_prefix("blob:")?).ok() }),
};
static NOW: AtomicU64 = AtomicU64::new(1_795_526_913_305);

thread_local! {
    /// The painter of the page that a test opens, and how often it was asked.
    static PAINTER: RefCell<(Painter, usize)> = RefCell::default();
    /// Its keeper, whose history lies in memory.
    static KEEPER: RefCell<Keeper> = RefCell::new(Keeper::new(Shelf::Memory(Memory::default()), HOST, String::new()));
}

/// Applies an action; the painter answers at once. What else is to happen outside.
fn apply(state: &mut State, action: Action) -> Vec<Effect> {
    let mut effects = Vec::new();
    for effect in state.apply(action) {
        if let Effect::AskKeeper(request) = effect {
            effects.extend(keep(state, request));
            continue;
        }
        let Effect::Paint(request) = &effect else {
            effects.push(effect);
            continue;
        };
        let answer = PAINTER.with_borrow_mut(|(painter, asked)| {
            *asked += 1;
            painter.take(&compact::write(request).unwrap()).unwrap()
        });
        effects.extend(state.apply(Action::Painted(Some(compact::read(&answer).unwrap()))));
    }
    effects
}

/// Has the keeper do something; what else is to happen outside because of its answers.
fn keep(state: &mut State, request: KeeperRequest) -> Vec<Effect> {
    asked(request).into_iter().flat_map(|answer| apply(state, Action::Kept(Some(answer)))).collect()
}

/// The keeper's answers.
fn asked(request: KeeperRequest) -> Vec<KeeperReply> {
    KEEPER.with_borrow_mut(|keeper| at_once(keeper.answer(request)))
}

/// What comes of a future that waits for nothing: memory is there at once.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for something"),
    }
}

/// How often the painter was asked.
fn paintings() -> usize {
    PAINTER.with_borrow(|(_, asked)| *asked)
}

/// How many trials the picture on show has.
fn marks(state: &State) -> usize {
    let drawing = &state.run.shown().unwrap().drawing;
    drawing.cards.iter().find(|card| card.id == "trials").map_or(0, |card| card.body.matches("role=\"option\"").count())
}

/// The words of the sentence on show, with their markup.
fn verdict(state: &State) -> &str {
    &state.run.shown().unwrap().drawing.verdict
}

/// The recorded sample, of this log.
fn sample(events: &[RunEvent]) -> Box<Recorded> {
    let log = events.iter().flat_map(|event| compact::write_framed(event).unwrap()).collect();
    Box::new(Recorded { log, drawing: charts::drawing(&Run::of_log(events), &View::default()) })
}

/// A page whose run goes on: two models, three repetitions, nothing ended yet. Its log has three entries.
fn running() -> State {
    let mut state = open("/", "");
    act(&mut state, RunAction::Start);
    let experiment = experiment(&state);
    hear(&mut state, ServerMessage::Submitted(Ok("abc".into())));
    tell(&mut state, numbered(1, begun("abc", &experiment)));
    state
}
