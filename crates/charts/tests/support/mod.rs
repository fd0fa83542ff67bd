//! A small catalogue and results made up over it, and the recorded sample.

use std::collections::BTreeMap;

use analysis::summarise;
use analysis::sweep::{crossovers, points};
use protocol::catalog::{Cell, Figure, FigureUnit, Headline, Look, Metric, Noun, ParameterKind, Piece, PieceKind, Shape, Source};
use protocol::machine::Calibration;
use protocol::plan::{PlannedTrial, plan};
use protocol::report::{Latency, REPORT_VERSION, Usage};
use protocol::{Build, Catalog, Experiment, Machine, Model, Parameter, Report, Sweep, Trial, TrialStatus, Value, Workload};

/// A result and its name.
pub(crate) type Case = (&'static str, Report);

const MODELS: [(&str, &str, Shape, bool, &str, &str); 8] = [
    ("threads", "Native threads", Shape::Circle, false, "#1c69bb", "#6db0f5"),
    ("thread-pool", "Thread pool", Shape::Circle, true, "#45339e", "#d6ccfb"),
    ("tokio", "Tokio", Shape::Square, false, "#b24e00", "#f59a4c"),
    ("tokio-current-thread", "Tokio, current thread", Shape::Square, true, "#6b4300", "#f4e0a0"),
    ("actix", "Actix", Shape::Triangle, false, "#087a50", "#3fc78f"),
    ("actix-sync", "Actix, SyncArbiter", Shape::Triangle, true, "#0b4a59", "#b5eeee"),
    ("rayon", "Rayon", Shape::Diamond, false, "#9a2a6b", "#ee8bc4"),
    ("smol", "smol", Shape::Hexagon, false, "#5d6a00", "#c3cf4e"),
];

pub(crate) fn catalog() -> Catalog {
    let model = |(id, name, shape, notched, light, dark): (&str, &str, Shape, bool, &str, &str)| Model {
        id: id.into(),
        name: name.into(),
        summary: String::new(),
        variant_of: None,
        look: Look { shape, notched, light: light.into(), dark: dark.into() },
    };
    Catalog {
        version: 1,
        models: MODELS.map(model).to_vec(),
        workloads: vec![tcp_echo(), wait()],
        method: vec![number("workers", "Workers", "threads"), number("repetitions", "Repetitions", "repetitions")],
        presets: Vec::new(),
    }
}

fn number(name: &str, label: &str, unit: &str) -> Parameter {
    let kind = ParameterKind::Integer { min: 1, max: 1_000_000, step: 1, default: 1, log: true };
    let (name, label, unit) = (name.into(), label.into(), unit.into());
    Parameter { name, label, unit, help: String::new(), kind, earlier: Vec::new() }
}

fn noun(one: &str, many: &str) -> Noun {
    Noun { one: one.into(), many: many.into() }
}

fn tcp_echo() -> Workload {
    Workload {
        id: "tcp-echo".into(),
        name: "TCP echo".into(),
        summary: String::new(),
        help: String::new(),
        unit: noun("connection", "connections"),
        operation: noun("request", "requests"),
        latency: "from sending to the answer's last byte".into(),
        scope: vec!["loopback".into(), "closed loop".into()],
        headline: Headline { metric: Metric::OpsPerS, subject: "{units} echo connections".into(), verb: "answered".into() },
        parameters: vec![
            number("units", "Connections", "units"),
            number("rounds", "Requests each", "rounds"),
            number("payload_bytes", "Message", "bytes"),
        ],
        figures: Vec::new(),
        cells: Vec::<Cell>::new(),
    }
}

/// A workload that claims memory and has figures of its own.
fn wait() -> Workload {
    let figure = |key: &str, label: &str, unit: FigureUnit| Figure {
        key: key.into(),
        label: label.into(),
        unit,
        help: format!("{label}, over all units"),
    };
    Workload {
        id: "wait".into(),
        name: "Wait".into(),
        operation: noun("wait", "waits"),
        headline: Headline { metric: Metric::MemoryBytes, subject: "{units} waits".into(), verb: "kept".into() },
        figures: vec![
            figure("oversleep_p99_ns", "oversleep p99", FigureUnit::Nanoseconds),
            figure("woken", "woken", FigureUnit::Count),
            figure("idle", "idle", FigureUnit::Share),
            figure("never_reported", "never reported", FigureUnit::Bytes),
        ],
        ..tcp_echo()
    }
}

pub(crate) fn experiment(workload: &str, models: &[&str], repetitions: u64) -> Experiment {
    let params = BTreeMap::from([("units", 1000), ("rounds", 100), ("payload_bytes", 64)]);
    Experiment {
        workload: workload.into(),
        params: params.into_iter().map(|(name, value)| (name.into(), Value::Integer(value))).collect(),
        models: models.iter().map(|model| (*model).to_owned()).collect(),
        workers: 2,
        repetitions,
        seed: 42,
        ..Experiment::default()
    }
}

/// A trial that came to this many operations a second, give or take 2 %.
pub(crate) fn good(planned: &PlannedTrial, ops_per_s: f64) -> Trial {
    let by = [0.99, 1.01, 1.0, 0.98, 1.02][(planned.repetition % 5) as usize];
    let ns = |at: f64| (1e9 / ops_per_s * at / by) as u64;
    Trial {
        status: TrialStatus::Ok,
        ops_per_s: Some(ops_per_s * by),
        operations: Some(100_000),
        latency_ns: Some(Latency {
            p50: ns(900.0),
            p90: ns(1500.0),
            p99: ns(4000.0),
            p999: ns(9000.0),
            max: ns(20_000.0),
            mean: 1e12 / ops_per_s,
            count: 100_000,
        }),
        measured: Some(Usage { user_ns: 90_000_000, system_ns: 400_000_000, voluntary_switches: 20, involuntary_switches: 3 }),
        peak_rss_bytes: Some((4e6 / by) as u64),
        kernel_memory_bytes: Some(1_000_000),
        os_threads_peak: Some(5),
        ..ended(planned, TrialStatus::Ok, None)
    }
}

pub(crate) fn ended(planned: &PlannedTrial, status: TrialStatus, error: Option<&str>) -> Trial {
    Trial {
        model: planned.model.clone(),
        label: planned.label.clone(),
        repetition: planned.repetition,
        order: planned.order,
        at: planned.at,
        status,
        error: error.map(Into::into),
        ..Trial::default()
    }
}

/// The report of an experiment each of whose trials ends like this; `None` of one that has not ended.
pub(crate) fn report(catalog: &Catalog, experiment: Experiment, end: impl Fn(&PlannedTrial) -> Option<Trial>) -> Report {
    let trials: Vec<Trial> = plan(&experiment).iter().filter_map(end).collect();
    let workload = catalog.workload(&experiment.workload).expect("a workload of this catalogue");
    let swept = points(workload, &experiment, &trials);
    let whole = if swept.is_empty() { summarise(workload, &experiment, &trials) } else { analysis::Summarised::default() };
    Report {
        version: REPORT_VERSION,
        id: "made-up".into(),
        started_ms: 1_795_526_913_305,
        machine: machine(),
        build: build(),
        crossovers: crossovers(&experiment, workload.headline.metric, &trials, &swept),
        points: swept,
        summary: whole.summary,
        comparisons: whole.comparisons,
        noise_floor: whole.noise_floor,
        tracing: Vec::new(),
        conditions: None,
        trials,
        experiment,
    }
}

fn machine() -> Machine {
    Machine {
        cpu: "A processor".into(),
        cores: 2,
        memory_bytes: 8_000_000_000,
        os: "Linux".into(),
        kernel: "Linux 6.1".into(),
        threads_limit: 15_000,
        threads_limit_because: "vm.max_map_count 65530".into(),
        files_limit: 20_000,
        trial_memory_limit_bytes: 4_000_000_000,
        trial_time_limit_ms: 60_000,
        calibration: Some(Calibration {
            clock_ns: 23,
            wake_same_core_ns: 1828,
            wake_cross_core_ns: Some(20_505),
            timer_late_ns: 74_954,
        }),
    }
}

fn build() -> Build {
    Build {
        version: "0.1.0".into(),
        commit: "abcdef012".into(),
        profile: "release".into(),
        rustc: "1.95.0".into(),
        tokio: "1.54.1".into(),
        actix: "0.13.5".into(),
        rayon: "1.12.0".into(),
        smol: "2.0.2".into(),
    }
}

/// How far a made-up model is from the others.
fn speed(planned: &PlannedTrial) -> f64 {
    let place = MODELS.iter().position(|(id, ..)| *id == planned.model).unwrap_or(0);
    100_000.0 * (1.0 + 0.13 * place as f64)
}

/// The sample that the page opens with.
pub(crate) fn sample() -> Report {
    serde_json::from_str(include_str!("../../../../frontend/sample.json")).expect("the sample is a report")
}

/// Sources of two models that share a file, and of one with a file of its own.
pub(crate) fn sources() -> Vec<Source> {
    let piece = |kind: PieceKind, text: &str| Piece(kind, text.into());
    let shared = vec![
        piece(PieceKind::Comment, "// a < b && c"),
        piece(PieceKind::Plain, "\n"),
        piece(PieceKind::Keyword, "let"),
        piece(PieceKind::Plain, " x: "),
        piece(PieceKind::Type, "Vec"),
        piece(PieceKind::Plain, "<u8> = "),
        piece(PieceKind::Macro, "vec!"),
        piece(PieceKind::Plain, "["),
        piece(PieceKind::Literal, "1"),
        piece(PieceKind::Plain, "];\n"),
    ];
    let own = vec![piece(PieceKind::Attribute, "#[test]"), piece(PieceKind::Plain, "\n"), piece(PieceKind::Function, "run")];
    let source =
        |model: &str, path: &str, pieces: &[Piece]| Source { model: model.into(), path: path.into(), pieces: pieces.to_vec() };
    vec![
        source("threads", "src/threads.rs", &own),
        source("tokio", "src/tasks.rs", &shared),
        source("tokio-current-thread", "src/tasks.rs", &shared),
    ]
}

/// Results of every form that a picture must bear.
pub(crate) fn cases() -> Vec<Case> {
    let catalog = catalog();
    let three = ["threads", "tokio", "actix"];
    let eight: Vec<&str> = MODELS.iter().map(|(id, ..)| *id).collect();
    let echo = |models: &[&str]| experiment("tcp-echo", models, 5);
    let as_usual = |planned: &PlannedTrial| Some(good(planned, speed(planned)));
    let refused = |planned: &PlannedTrial| match planned.model.as_str() {
        "threads" => {
            let why = "the 15,001st thread: Resource temporarily unavailable (os error 11)";
            Some(ended(planned, TrialStatus::Refused, Some(why)))
        }
        "actix" if planned.repetition == 1 => Some(ended(planned, TrialStatus::Timeout, None)),
        _ => Some(Trial { disturbed: planned.repetition == 3, ..good(planned, speed(planned)) }),
    };
    let all_failed = |planned: &PlannedTrial| Some(ended(planned, TrialStatus::Failed, Some("it panicked: <boom> & \"gone\"")));
    let only_control = |planned: &PlannedTrial| planned.is_control().then(|| good(planned, 50_000.0));
    let wait = |planned: &PlannedTrial| {
        let extra = [("oversleep_p99_ns", 81_000.0), ("woken", 1000.0), ("idle", 0.25)];
        let extra = extra.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        let peak = if planned.model == "threads" { 90_000_000 } else { 5_000_000 };
        Some(Trial { extra, latency_ns: None, peak_rss_bytes: Some(peak), ..good(planned, 1000.0) })
    };
    vec![
        ("sample", sample()),
        ("one", report(&catalog, echo(&["tokio"]), as_usual)),
        ("eight", report(&catalog, echo(&eight), as_usual)),
        ("refused", report(&catalog, echo(&three), refused)),
        ("failed", report(&catalog, echo(&three), all_failed)),
        ("none", report(&catalog, echo(&three), |_| None)),
        ("control", report(&catalog, echo(&three), only_control)),
        ("far-apart", report(&catalog, echo(&three), |planned| Some(good(planned, speed(planned).powi(3) / 1e9)))),
        ("memory", report(&catalog, experiment("wait", &three, 5), wait)),
        ("sweep", report(&catalog, swept(&three), crossing)),
        ("sweep-eight", report(&catalog, swept(&eight), crossing)),
        ("sweep-one", report(&catalog, swept(&["tokio"]), crossing)),
        ("sweep-none", report(&catalog, swept(&three), |_| None)),
    ]
}

fn swept(models: &[&str]) -> Experiment {
    let sweep = Sweep { parameter: "units".into(), values: vec![1, 10, 100, 1000] };
    Experiment { sweep: Some(sweep), ..experiment("tcp-echo", models, 5) }
}

/// Threads are ahead of few units and behind of many; Actix refuses the most.
fn crossing(planned: &PlannedTrial) -> Option<Trial> {
    let units = planned.at.unwrap_or(1) as f64;
    match planned.model.as_str() {
        "threads" => Some(good(planned, 400_000.0 / units.sqrt())),
        "actix" if planned.at == Some(1000) => Some(ended(planned, TrialStatus::Refused, Some("no more mailboxes."))),
        _ => Some(good(planned, speed(planned))),
    }
}
