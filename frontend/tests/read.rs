//! Whatever the protocol writes, the page's own readers read: every name and every word, held against the protocol's.

use std::collections::BTreeMap;

use frontend::state::{Recorded, RunSeen};
use frontend::web::read::{self, Tree};
use protocol::catalog::{
    Cell, Choice, Figure, FigureUnit, Headline, Look, Metric, Noun, ParameterKind, Piece, PieceKind, Shape, Source, UnitsLimit,
};
use protocol::event::{Happening, Phase};
use protocol::machine::Calibration;
use protocol::plan::PlannedTrial;
use protocol::problem::ProblemDocument;
use protocol::report::{Latency, MinMax, Usage, WarmUp};
use protocol::{
    Build, Catalog, Experiment, Here, Machine, Model, Parameter, Preset, Problem, Report, Run, RunEvent, RunState, Trial,
    TrialStatus, Value, Workload,
};
use serde::Serialize;
use serde_json::Value as Json;

struct Parsed(Json);

impl Tree for Parsed {
    fn at(&self, name: &str) -> Self {
        let found = match &self.0 {
            Json::Array(list) => name.parse().ok().and_then(|index: usize| list.get(index)),
            other => other.get(name),
        };
        Self(found.cloned().unwrap_or(Json::Null))
    }

    fn is_absent(&self) -> bool {
        self.0.is_null()
    }

    fn text(&self) -> Option<String> {
        self.0.as_str().map(str::to_owned)
    }

    fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn flag(&self) -> Option<bool> {
        self.0.as_bool()
    }

    fn list(&self) -> Option<Vec<Self>> {
        self.0.as_array().map(|list| list.iter().cloned().map(Self).collect())
    }

    fn entries(&self) -> Vec<(String, Self)> {
        let object = self.0.as_object().cloned().unwrap_or_default();
        object.into_iter().map(|(name, value)| (name, Self(value))).collect()
    }
}

fn written(value: &impl Serialize) -> Parsed {
    Parsed(serde_json::to_value(value).unwrap())
}

fn text() -> String {
    "text".into()
}

fn parameter(kind: ParameterKind, earlier: Vec<(u32, Value)>) -> Parameter {
    Parameter { name: text(), label: text(), unit: text(), help: text(), kind, earlier }
}

fn source() -> Source {
    use PieceKind::{Attribute, Comment, Function, Keyword, Literal, Macro, Plain, Type};
    let kinds = [Plain, Comment, Keyword, Type, Function, Literal, Macro, Attribute];
    Source { model: text(), path: text(), pieces: kinds.into_iter().map(|kind| Piece(kind, text())).collect() }
}

fn catalog() -> Catalog {
    let shapes = [Shape::Circle, Shape::Square, Shape::Triangle, Shape::Diamond, Shape::Hexagon];
    let look = |shape| Look { shape, notched: true, light: "#000000".into(), dark: "#ffffff".into() };
    let model = |shape| Model { id: text(), name: text(), summary: text(), variant_of: Some(text()), look: look(shape) };
    let integer = ParameterKind::Integer { min: 1, max: 9, step: 2, default: 3, log: true };
    let choice = ParameterKind::Choice { options: vec![Choice { value: text(), label: text() }], default: text() };
    let words = vec![parameter(integer.clone(), Vec::new()), parameter(choice.clone(), Vec::new())];
    let steps = ParameterKind::Steps { words, most: 12, default: text() };
    use FigureUnit::{Bytes, BytesPerSecond, Count, Nanoseconds, Share};
    let figure = |unit| Figure { key: text(), label: text(), unit, help: text() };
    let workload = |metric| Workload {
        id: text(),
        name: text(),
        summary: text(),
        help: text(),
        unit: Noun { one: text(), many: text() },
        operation: Noun { one: text(), many: text() },
        latency: text(),
        scope: vec![text()],
        headline: Headline { metric, subject: text(), verb: text() },
        parameters: vec![
            parameter(integer.clone(), vec![(1, Value::Integer(7))]),
            parameter(choice.clone(), Vec::new()),
            parameter(steps.clone(), Vec::new()),
        ],
        figures: [Nanoseconds, Bytes, BytesPerSecond, Count, Share].map(figure).to_vec(),
        cells: vec![
            Cell { model: text(), absent: Some(text()), source: None, units_limit: None },
            Cell {
                model: text(),
                absent: None,
                source: Some(text()),
                units_limit: Some(UnitsLimit { units: 5, because: text() }),
            },
        ],
    };
    Catalog {
        version: 2,
        models: shapes.map(model).to_vec(),
        workloads: [Metric::OpsPerS, Metric::MemoryBytes].map(workload).to_vec(),
        method: vec![parameter(integer.clone(), Vec::new())],
        presets: vec![Preset {
            name: text(),
            note: text(),
            workload: text(),
            models: vec![text()],
            set: BTreeMap::from([("a".into(), Value::Integer(1)), ("b".into(), Value::Text("std".into()))]),
            listings: vec![source()],
        }],
    }
}

fn experiment() -> Experiment {
    let params = BTreeMap::from([("units".into(), Value::Integer(1_000_000)), ("lock".into(), Value::Text("std".into()))]);
    Experiment {
        workload: text(),
        params,
        models: vec![text()],
        cores: protocol::Cores::One,
        driver: protocol::Driver::BlockOn,
        workers: 2,
        repetitions: 5,
        until: protocol::Until::Sure,
        lanes: protocol::Lanes::On,
        sweep: Some(protocol::Sweep { parameter: text(), values: vec![1, 10, 100] }),
        seed: 1 << 53,
    }
}

fn trial(status: TrialStatus) -> Trial {
    let usage = Usage { user_ns: 1, system_ns: 2, voluntary_switches: 3, involuntary_switches: 4 };
    Trial {
        model: text(),
        label: text(),
        repetition: 1,
        order: 2,
        at: Some(10),
        status,
        error: Some(text()),
        wall_ns: Some(3),
        operations: Some(4),
        ops_per_s: Some(5.5),
        latency_ns: Some(Latency { p50: 1, p90: 2, p99: 3, p999: 4, max: 5, mean: 1.5, count: 6 }),
        user_ns: Some(6),
        system_ns: Some(7),
        voluntary_switches: Some(8),
        involuntary_switches: Some(9),
        measured: Some(usage),
        peak_rss_bytes: Some(10),
        kernel_memory_bytes: Some(11),
        os_threads_peak: Some(12),
        unit_operations: Some(MinMax { min: 13, max: 14 }),
        answer: Some(text()),
        answer_ok: Some(true),
        disturbed: true,
        foreign_cpu: Some(0.25),
        warm_up: Some(WarmUp { operations: 15, wall_ns: 16 }),
        lanes: Some(protocol::report::Lanes { spans: 17, dropped: 18 }),
        extra: BTreeMap::from([("oversleep".into(), 17.5)]),
    }
}

fn trials() -> Vec<Trial> {
    use TrialStatus::{Cancelled, Failed, Invalid, Killed, Ok, Refused, Timeout};
    [Ok, Refused, Failed, Timeout, Killed, Cancelled, Invalid].map(trial).into_iter().chain([Trial::default()]).collect()
}

fn here() -> Here {
    let machine = Machine {
        cpu: text(),
        cores: 2,
        memory_bytes: 3,
        os: text(),
        kernel: text(),
        threads_limit: 4,
        threads_limit_because: text(),
        files_limit: 5,
        trial_memory_limit_bytes: 6,
        trial_time_limit_ms: 7,
        calibration: Some(Calibration { clock_ns: 8, wake_same_core_ns: 9, wake_cross_core_ns: Some(10), timer_late_ns: 11 }),
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
    Here { machine, build }
}

fn planned() -> PlannedTrial {
    PlannedTrial { order: 1, model: text(), label: text(), repetition: 2, at: Some(10) }
}

#[test]
fn a_catalogue_comes_as_it_was_sent() {
    assert_eq!(read::catalog(written(&catalog())), Some(catalog()));
    assert_eq!(read::sources(written(&vec![source()])), Some(vec![source()]));
    assert_eq!(read::here(written(&here())), Some(here()));
}

#[test]
fn a_run_comes_as_it_was_sent() {
    let Here { machine, build } = here();
    let (summary, comparisons, noise_floor) = (Vec::new(), Vec::new(), None);
    let report = Report {
        version: 1,
        id: text(),
        started_ms: 1_700_000_000_000,
        experiment: experiment(),
        machine: machine.clone(),
        build: build.clone(),
        trials: trials(),
        summary,
        comparisons,
        noise_floor,
        points: Vec::new(),
        crossovers: Vec::new(),
        tracing: Vec::new(),
        conditions: None,
    };
    let recorded = Recorded { started_ms: report.started_ms, experiment: experiment(), machine, build, trials: trials() };
    assert_eq!(read::recorded(written(&report)), Some(recorded.clone()));
    for state in [RunState::Queued, RunState::Running, RunState::Finished, RunState::Cancelled] {
        let report = state.is_over().then(|| report.clone());
        let seen = RunSeen {
            id: text(),
            experiment: experiment(),
            state,
            position: 1,
            expected_wait_ms: Some(2),
            plan: vec![planned()],
            trials: trials(),
            report: report.as_ref().map(|_| recorded.clone()),
        };
        let run = Run {
            id: text(),
            experiment: experiment(),
            state,
            position: 1,
            expected_wait_ms: Some(2),
            plan: vec![planned()],
            trials: trials(),
            last_event: 9,
            report,
        };
        assert_eq!(read::run(written(&run)), Some(seen));
    }
}

#[test]
fn events_come_as_they_were_sent() {
    let phases = [Phase::WarmUp, Phase::Work, Phase::Check].map(|phase| Happening::TrialPhase { order: 1, phase });
    let all = [
        Happening::Queued { position: 2, expected_wait_ms: Some(1500) },
        Happening::Queued { position: 0, expected_wait_ms: None },
        Happening::Started { plan: vec![planned()] },
        Happening::Replanned { plan: vec![planned()] },
        Happening::TrialStarted { order: 1 },
        Happening::TrialFinished { trial: Box::new(trial(TrialStatus::Refused)) },
        Happening::Finished,
        Happening::Cancelled,
    ];
    for what in all.into_iter().chain(phases) {
        let event = RunEvent { number: 3, at_ms: 4, what };
        assert_eq!(read::event(written(&event)), Some(event));
    }
}

#[test]
fn a_problem_comes_as_it_was_sent() {
    let errors = vec![Problem::new("units", "0", "is too small", "a whole number")];
    let problem = ProblemDocument { kind: text(), title: text(), status: 422, detail: text(), errors };
    assert_eq!(read::problem(written(&problem)), Some(problem));
}

#[test]
fn what_is_not_of_this_is_not_read() {
    for json in ["null", "[]", "{}", r#""text""#, "7"] {
        let parsed = || Parsed(serde_json::from_str(json).unwrap());
        assert!(read::catalog(parsed()).is_none(), "{json}");
        assert!(read::here(parsed()).is_none(), "{json}");
        assert!(read::run(parsed()).is_none(), "{json}");
        assert!(read::event(parsed()).is_none(), "{json}");
    }
    let mut unknown = serde_json::to_value(RunEvent { number: 1, at_ms: 2, what: Happening::Finished }).unwrap();
    unknown["event"] = "dreamt".into();
    assert!(read::event(Parsed(unknown)).is_none());
}
