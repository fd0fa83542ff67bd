//! A small catalogue and results made up over it.

pub(crate) mod whole;

use std::collections::BTreeMap;

use analysis::quantities::{MEMORY_BYTES, OPS_PER_S};
use protocol::catalog::{Better, Cell, Headline, Look, Noun, Piece, PieceKind, Shape, Source, Unit};
use protocol::machine::{Calibration, CorePair, Costs, Relation, Settings};
use protocol::plan::plan;
use protocol::{
    Build, Catalog, Conditions, Experiment, Figures, Machine, Model, Parameter, ParameterKind, PlannedTrial, Quantity, Role, Run,
    RunState, Submission, Sweep, Trial, TrialStatus, Workload,
};

/// A result and its name.
pub(crate) type Case = (&'static str, Run);

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
        within: if id.starts_with("thread") { name.to_lowercase() } else { name.into() },
        summary: String::new(),
        variant_of: None,
        look: Look { shape, notched, light: light.into(), dark: dark.into() },
        options: Vec::new(),
        libraries: id.split('-').next().filter(|library| !library.starts_with("thread")).map(Into::into).into_iter().collect(),
    };
    Catalog {
        version: 1,
        models: MODELS.map(model).to_vec(),
        workloads: vec![tcp_echo(), wait(), ring(), listings()],
        method: vec![number("workers", "Workers", "threads"), number("repetitions", "Repetitions", "repetitions")],
        quantities: analysis::quantities::all(),
        presets: Vec::new(),
    }
}

fn number(name: &str, label: &str, unit: &str) -> Parameter {
    let kind = ParameterKind::Integer { min: 1, max: 1_000_000, step: 1, default: 1, log: true };
    let (name, label, unit) = (name.into(), label.into(), unit.into());
    Parameter { name, label, unit, help: String::new(), kind, earlier: Vec::new(), can_be_swept: true, is_work: false }
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
        headline: Headline { metric: OPS_PER_S.into(), subject: "{units} echo connections".into(), verb: "answered".into() },
        by_time: false,
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
    Workload {
        id: "wait".into(),
        name: "Wait".into(),
        operation: noun("wait", "waits"),
        headline: Headline { metric: MEMORY_BYTES.into(), subject: "{units} waits".into(), verb: "kept".into() },
        by_time: false,
        figures: vec![
            figure("oversleep_p99_ns", "oversleep p99", Unit::Nanoseconds),
            figure("woken", "woken", Unit::Count),
            figure("idle", "idle", Unit::Share),
            figure("never_reported", "never reported", Unit::Bytes),
        ],
        ..tcp_echo()
    }
}

/// A workload whose verdict is about a figure of its own; less of it is better.
fn ring() -> Workload {
    Workload {
        id: "ring".into(),
        name: "Ring".into(),
        operation: noun("hop", "hops"),
        headline: Headline { metric: "hop_ns".into(), subject: "a ring of {units}".into(), verb: "passed on".into() },
        by_time: false,
        figures: vec![figure("hop_ns", "Cost of a hop", Unit::Nanoseconds)],
        ..tcp_echo()
    }
}

/// A workload that compares no figure.
fn listings() -> Workload {
    Workload {
        id: "listings".into(),
        name: "Listings".into(),
        unit: noun("unit", "units"),
        operation: noun("line", "lines"),
        headline: Headline { metric: String::new(), subject: "two units".into(), verb: "printed".into() },
        ..tcp_echo()
    }
}

fn figure(key: &str, label: &str, unit: Unit) -> Quantity {
    Quantity {
        key: key.into(),
        label: label.into(),
        column: String::new(),
        unit,
        better: if unit == Unit::Nanoseconds { Better::Lower } else { Better::Neither },
        help: format!("{label}, over all units"),
    }
}

pub(crate) fn experiment(workload: &str, models: &[&str], repetitions: u64) -> Experiment {
    let params = BTreeMap::from([("units", 1000), ("rounds", 100), ("payload_bytes", 64)]);
    let experiment = Experiment {
        workload: workload.into(),
        params: params.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
        models: models.iter().map(|model| (*model).to_owned()).collect(),
        ..Experiment::default()
    };
    experiment.with("workers", 2).with("repetitions", repetitions).with("seed", 42)
}

/// A trial that reached this many operations per second, give or take 2 %.
pub(crate) fn good(planned: &PlannedTrial, ops_per_s: f64) -> Trial {
    // Irregular, and in another order for each label.
    let label = planned.label().bytes().map(u64::from).sum::<u64>();
    let by = [0.99, 1.01, 1.0, 0.98, 1.02][((planned.repetition * (label % 4 + 1) + label / 4) % 5) as usize];
    let mut figures = Figures::default().with(OPS_PER_S, ops_per_s * by);
    let latencies =
        [("p50", 900.0), ("p90", 1500.0), ("p99", 4000.0), ("p999", 9000.0), ("max", 20_000.0), ("mean", 1000.0 * by)];
    for (name, at) in latencies {
        figures.set(format!("latency_ns.{name}"), (1e9 / ops_per_s * at / by).floor());
    }
    let counts = [
        ("operations", 100_000),
        ("measured.user_ns", 90_000_000),
        ("measured.system_ns", 400_000_000),
        ("measured.voluntary_switches", 20),
        ("measured.involuntary_switches", 3),
        ("peak_rss_bytes", (4e6 / by) as u64),
        ("kernel_memory_bytes", 1_000_000),
        ("os_threads_peak", 5),
    ];
    counts.into_iter().for_each(|(key, count)| figures.count(key, count));
    Trial { figures, answer: Some("00000000000186a0".into()), ..ended(planned, TrialStatus::Ok, None) }
}

pub(crate) fn ended(planned: &PlannedTrial, status: TrialStatus, error: Option<&str>) -> Trial {
    Trial { planned: planned.clone(), status, error: error.map(Into::into), ..Trial::default() }
}

/// The run of an experiment each of whose trials ends like this; `None` of one that has not ended.
pub(crate) fn run(catalog: &Catalog, experiment: Experiment, end: impl Fn(&PlannedTrial) -> Option<Trial>) -> Run {
    let plan = plan(&experiment);
    let trials = plan.iter().filter_map(end).collect();
    let submission = Submission {
        version: protocol::log::LOG_VERSION,
        id: "made-up".into(),
        submitted_ms: 1_795_526_913_305,
        machine: machine(),
        build: build(),
        catalog: catalog.slice(&experiment),
        experiment,
    };
    let conditions = Conditions {
        load_before: Some(153.0),
        load_after: Some(204.0),
        foreign_cpu: Some(0.0123),
        steal: Some(0.0),
        throttled: None,
        disturbed: 0,
    };
    Run { submission, state: RunState::Finished, plan, trials, conditions: Some(conditions), ..Run::default() }
}

fn machine() -> Machine {
    Machine {
        cpu: "A processor".into(),
        cores: 2,
        memory_bytes: 8_000_000_000,
        os: "Linux".into(),
        kernel: "Linux 6.1".into(),
        threads_limit: 15_000,
        threads_limit_because: "15,000 threads (vm.max_map_count 65530, less a margin)".into(),
        files_limit: 20_000,
        trial_memory_limit_bytes: 4_000_000_000,
        trial_time_limit_ms: 60_000,
        calibration: Some(Calibration {
            clock_ns: 23,
            wake_same_core_ns: 1828,
            wake_cross_core_ns: Some(20_505),
            timer_late_ns: 74_954,
            least: Some(Costs { wake_same_core_ns: 1500, wake_cross_core_ns: Some(18_200), timer_late_ns: 61_000, clock_ns: 22 }),
            p90: Some(Costs { wake_same_core_ns: 2100, wake_cross_core_ns: Some(31_000), timer_late_ns: 92_000, clock_ns: 24 }),
            pair: Some(CorePair { one: 0, other: 1, relation: Some(Relation::OneSocket) }),
        }),
        settings: Settings {
            libc: Some("glibc 2.36".into()),
            transparent_huge_pages: Some("madvise".into()),
            governor: None,
            smt: Some("notsupported".into()),
            mitigations: Some("5 of 21; open: retbleed".into()),
            clock_source: Some("tsc".into()),
            tick_hz: Some(250),
        },
        counters: ["cycles", "instructions", "cache_misses"]
            .map(|key| (key.into(), "the machine has no such hardware counter (ENOENT)".into()))
            .into(),
    }
}

fn build() -> Build {
    Build {
        version: "0.1.0".into(),
        commit: "abcdef012".into(),
        profile: "release".into(),
        rustc: "1.95.0".into(),
        opt_level: "3".into(),
        lto: "thin-local".into(),
        codegen_units: "16".into(),
        target_cpu: "generic".into(),
        allocators: ["glibc", "mimalloc"].map(Into::into).into(),
        libraries: [("tokio", "1.54.1"), ("actix", "0.13.5"), ("rayon", "1.12.0"), ("smol", "2.0.2")]
            .map(|(name, version)| (name.into(), version.into()))
            .into(),
    }
}

/// How far a made-up model is from the others.
pub(crate) fn speed(planned: &PlannedTrial) -> f64 {
    let place = MODELS.iter().position(|(id, ..)| *id == planned.model).unwrap_or(0);
    100_000.0 * (1.0 + 0.13 * place as f64)
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
    let source = |model: &str, path: &str, pieces: &[Piece]| {
        let model = Some(model.to_owned()).filter(|model| !model.is_empty());
        Source { model, path: path.into(), pieces: pieces.to_vec() }
    };
    vec![
        source("", "src/mod.rs", &[piece(PieceKind::Comment, "//! <Keep> it.\n")]),
        source("threads", "src/threads.rs", &own),
        source("tokio", "src/tasks.rs", &shared),
        source("tokio-current-thread", "src/tasks.rs", &shared),
    ]
}

/// A contract and two cells that mark their regions, the second with one less and one of its own.
pub(crate) fn marked_sources() -> Vec<Source> {
    let text = |model: Option<&str>, text: &str| Source {
        model: model.map(Into::into),
        path: format!("src/{}.rs", model.unwrap_or("mod")),
        pieces: vec![Piece(PieceKind::Plain, text.into())],
    };
    let threads = "//! A thread.\n\nuse a::b;\nuse c;\n\nfn run() {\n    // region: make\n    thread::spawn(work);\n    // endregion\n    \
                   gate.all_wait();\n    measure.start();\n    // region: join\n    thread.join();\n    // endregion\n}\n\n\
                   // region: make\nfn more() {}\n// endregion\n";
    let tokio = "//! A task.\n\nuse a::b;\n\nasync fn run() {\n    // region: drive\n    poll();\n    // endregion\n    gate.all_wait();\n    \
                 // region: make\n    tokio::spawn(work);\n    // endregion\n}\n";
    vec![text(None, "//! What is kept.\n"), text(Some("threads"), threads), text(Some("tokio"), tokio)]
}

/// Results of every form that a picture must bear.
pub(crate) fn cases() -> Vec<Case> {
    let catalog = catalog();
    let three = ["threads", "tokio", "actix"];
    let eight: Vec<&str> = MODELS.iter().map(|(id, ..)| *id).collect();
    let echo = |models: &[&str]| experiment("tcp-echo", models, 12);
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
    let only_control = |planned: &PlannedTrial| (planned.role == Role::Control).then(|| good(planned, 50_000.0));
    let wait = |planned: &PlannedTrial| {
        let extra = Figures::default().with("oversleep_p99_ns", 81_000.0).with("woken", 1000.0).with("idle", 0.25);
        let peak = if planned.model == "threads" { 90e6 } else { 5e6 };
        let mut figures = Figures::default();
        for (key, value) in good(planned, 1000.0).figures.iter().filter(|(key, _)| !key.starts_with("latency")) {
            figures.set(key, if key == "peak_rss_bytes" { peak } else { value });
        }
        Some(Trial { extra, figures, ..good(planned, 1000.0) })
    };
    let ring = |planned: &PlannedTrial| {
        let extra = Figures::default().with("hop_ns", 1e9 / good(planned, speed(planned)).figure(OPS_PER_S)?);
        Some(Trial { extra, ..good(planned, speed(planned)) })
    };
    // Over before it has begun: no percentile but the median, and a quarter of the time in none.
    let too_little = |planned: &PlannedTrial| {
        let trial = good(planned, speed(planned));
        let mut figures = Figures::default();
        let given = |key: &str| !["latency_ns.p90", "latency_ns.p99", "latency_ns.p999"].contains(&key);
        trial.figures.iter().filter(|(key, _)| given(key)).for_each(|(key, value)| figures.set(key, value));
        let figures = figures.with("wall_ns", 58_000.0).with("latency_ns.samples", 64.0).with("covered", 0.74);
        Some(Trial { figures, ..trial })
    };
    // Threads in another order now and then, Tokio in one; Actix never comes to its end.
    let printed = |planned: &PlannedTrial| {
        let units = match (planned.model.as_str(), planned.repetition) {
            ("threads", 1) => [2, 1, 1, 2],
            ("threads", 3 | 4) => [1, 2, 2, 1],
            ("threads", 5) => [1, 1, 2, 2],
            _ => [1, 2, 1, 2],
        };
        let mut next = [1, 1];
        let line = |unit: usize| {
            next[unit - 1] += 1;
            format!("unit {unit}: line <{}>", next[unit - 1] - 1)
        };
        let printed = units.map(line).to_vec();
        Some(match planned.model.as_str() {
            "actix" => ended(planned, TrialStatus::Timeout, None),
            _ => Trial { printed, ..good(planned, 100.0) },
        })
    };
    let swept_ring = Experiment { workload: "ring".into(), ..swept(&three) };
    let crossing_ring = |planned: &PlannedTrial| {
        let trial = crossing(planned)?;
        let hop = trial.figure(OPS_PER_S).map(|rate| Figures::default().with("hop_ns", 1e9 / rate)).unwrap_or_default();
        Some(Trial { extra: hop, ..trial })
    };
    let mut cases = vec![
        ("one", run(&catalog, echo(&["tokio"]), as_usual)),
        ("eight", run(&catalog, echo(&eight), as_usual)),
        ("refused", run(&catalog, echo(&three), refused)),
        ("failed", run(&catalog, echo(&three), all_failed)),
        ("none", run(&catalog, echo(&three), |_| None)),
        ("control", run(&catalog, echo(&three), only_control)),
        ("far-apart", run(&catalog, echo(&three), |planned| Some(good(planned, speed(planned).powi(3) / 1e9)))),
        ("memory", run(&catalog, experiment("wait", &three, 12), wait)),
        ("nanoseconds", run(&catalog, experiment("ring", &three, 12), ring)),
        ("too-little", run(&catalog, echo(&three), too_little)),
        ("orders", run(&catalog, experiment("listings", &three, 8), printed)),
        ("sweep-nanoseconds", run(&catalog, swept_ring, crossing_ring)),
        ("sweep", run(&catalog, swept(&three), crossing)),
        ("sweep-eight", run(&catalog, swept(&eight), crossing)),
        ("sweep-one", run(&catalog, swept(&["tokio"]), crossing)),
        ("sweep-none", run(&catalog, swept(&three), |_| None)),
        ("heat", run(&catalog, swept_twice(&three, &[1, 10, 1000]), in_a_plane)),
    ];
    cases.extend(whole::cases());
    cases
}

/// Over these numbers of units, and three lengths of a message.
pub(crate) fn swept_twice(models: &[&str], units: &[u64]) -> Experiment {
    let sweep = |parameter: &str, values: &[u64]| Some(Sweep { parameter: parameter.into(), values: values.to_vec() });
    let (sweep, sweep2) = (sweep("units", units), sweep("payload_bytes", &[64, 1024, 65536]));
    Experiment { sweep, sweep2, ..experiment("tcp-echo", models, 12) }
}

/// As [`crossing`], the further to the right the longer the message is; with the shortest ones threads and Tokio are alike.
pub(crate) fn in_a_plane(planned: &PlannedTrial) -> Option<Trial> {
    let length = planned.also_at.unwrap_or(64);
    match planned.model.as_str() {
        "threads" if length == 64 => Some(good(planned, speed(&PlannedTrial { model: "tokio".into(), ..planned.clone() }))),
        "threads" => {
            let trial = crossing(planned)?;
            let rate = trial.figure(OPS_PER_S)? * (length as f64 / 1024.0).sqrt();
            Some(good(planned, rate))
        }
        _ => crossing(planned),
    }
}

pub(crate) fn swept(models: &[&str]) -> Experiment {
    let sweep = Sweep { parameter: "units".into(), values: vec![1, 10, 100, 1000] };
    // As many as tell the 112 pairs of eight models at four values apart.
    Experiment { sweep: Some(sweep), ..experiment("tcp-echo", models, 14) }
}

/// Threads are ahead of few units and behind of many; Actix refuses the most.
pub(crate) fn crossing(planned: &PlannedTrial) -> Option<Trial> {
    let units = planned.at.unwrap_or(1) as f64;
    match planned.model.as_str() {
        "threads" => Some(good(planned, 400_000.0 / units.sqrt())),
        "actix" if planned.at == Some(1000) => Some(ended(planned, TrialStatus::Refused, Some("no more mailboxes."))),
        _ => Some(good(planned, speed(planned))),
    }
}
