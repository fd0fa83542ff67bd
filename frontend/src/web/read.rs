//! Reads what the server sends.
//!
//! By hand, because the derived readers of these types would be a third of the module, and the page has a budget. The types are the
//! protocol's own, so that a field that is added there does not compile here until it is read; and the test below holds every name
//! against what the protocol writes. The text itself is parsed by the browser.

use std::cell::Cell as Flag;

use protocol::catalog::{
    Cell, Choice, Figure, FigureUnit, Headline, Look, Metric, Model, Noun, Parameter, ParameterKind, Piece, PieceKind, Preset,
    Shape, Source, UnitsLimit, Workload,
};
use protocol::event::{Happening, Phase};
use protocol::machine::Calibration;
use protocol::plan::PlannedTrial;
use protocol::problem::ProblemDocument;
use protocol::report::{self, Latency, MinMax, Usage, WarmUp};
use protocol::{
    Build, Catalog, Cores, Driver, Experiment, Here, Lanes, Machine, Problem, RunEvent, RunState, Sweep, Trial, TrialStatus,
    Until, Value,
};

use crate::state::{Recorded, RunSeen};

/// A parsed JSON text.
pub trait Tree: Sized {
    /// What stands under a name of an object, or at a place of a list; something absent if nothing does.
    fn at(&self, name: &str) -> Self;
    /// Whether it is absent or null.
    fn is_absent(&self) -> bool;
    /// The text that it is.
    fn text(&self) -> Option<String>;
    /// The number that it is.
    fn number(&self) -> Option<f64>;
    /// The yes or no that it is.
    fn flag(&self) -> Option<bool>;
    /// The list that it is.
    fn list(&self) -> Option<Vec<Self>>;
    /// The object's entries.
    fn entries(&self) -> Vec<(String, Self)>;
}

/// A place in a tree, and whether anything was not there that had to be. Reading goes on all the same, with nothing in its place, and the
/// whole is thrown away at the end: so there is one way out, and not one at every field.
struct Place<'a, T> {
    tree: T,
    wrong: &'a Flag<bool>,
}

/// Reads the whole of a tree.
///
/// # Errors
/// Nothing where anything was missing or of another kind.
fn whole<T: Tree, R>(tree: T, read: fn(&Place<'_, T>) -> R) -> Option<R> {
    let wrong = Flag::new(false);
    let read = read(&Place { tree, wrong: &wrong });
    (!wrong.get()).then_some(read)
}

impl<T: Tree> Place<'_, T> {
    fn at(&self, name: &str) -> Self {
        self.of(self.tree.at(name))
    }

    fn of(&self, tree: T) -> Self {
        Self { tree, wrong: self.wrong }
    }

    fn must<R: Default>(&self, found: Option<R>) -> R {
        found.unwrap_or_else(|| {
            self.wrong.set(true);
            R::default()
        })
    }

    fn text(&self, name: &str) -> String {
        self.must(self.tree.at(name).text())
    }

    fn float(&self, name: &str) -> f64 {
        self.must(self.tree.at(name).number())
    }

    fn int(&self, name: &str) -> u64 {
        self.float(name) as u64
    }

    fn flag(&self, name: &str) -> bool {
        self.must(self.tree.at(name).flag())
    }

    fn maybe<R>(&self, name: &str, read: fn(&Self) -> R) -> Option<R> {
        let place = self.at(name);
        (!place.tree.is_absent()).then(|| read(&place))
    }

    fn maybe_text(&self, name: &str) -> Option<String> {
        self.tree.at(name).text()
    }

    fn maybe_int(&self, name: &str) -> Option<u64> {
        self.tree.at(name).number().map(|number| number as u64)
    }

    fn list<R>(&self, name: &str, read: fn(&Self) -> R) -> Vec<R> {
        let list = self.must(self.tree.at(name).list());
        list.into_iter().map(|tree| read(&self.of(tree))).collect()
    }

    /// A list that is left out where it is empty.
    fn maybe_list<R>(&self, name: &str, read: fn(&Self) -> R) -> Vec<R> {
        if self.tree.at(name).is_absent() { Vec::new() } else { self.list(name, read) }
    }

    fn word(&self) -> String {
        self.must(self.tree.text())
    }

    fn whole_number(&self) -> u64 {
        self.must(self.tree.number()) as u64
    }

    fn value(&self) -> Value {
        match self.tree.number() {
            Some(number) => Value::Integer(number as u64),
            None => Value::Text(self.word()),
        }
    }

    /// One of some words.
    fn one_of<R: Copy>(&self, name: &str, words: &[(&str, R)]) -> R {
        let text = self.text(name);
        words.iter().find(|(word, _)| *word == text).map_or_else(
            || {
                self.wrong.set(true);
                words[0].1
            },
            |(_, one)| *one,
        )
    }
}

/// The catalogue.
pub fn catalog<T: Tree>(tree: T) -> Option<Catalog> {
    whole(tree, |at| Catalog {
        version: at.int("version") as u32,
        models: at.list("models", model),
        workloads: at.list("workloads", workload),
        method: at.list("method", parameter),
        presets: at.list("presets", preset),
    })
}

fn model<T: Tree>(at: &Place<'_, T>) -> Model {
    Model {
        id: at.text("id"),
        name: at.text("name"),
        summary: at.text("summary"),
        variant_of: at.maybe_text("variant_of"),
        look: look(&at.at("look")),
    }
}

fn look<T: Tree>(at: &Place<'_, T>) -> Look {
    let shapes = [
        ("circle", Shape::Circle),
        ("square", Shape::Square),
        ("triangle", Shape::Triangle),
        ("diamond", Shape::Diamond),
        ("hexagon", Shape::Hexagon),
    ];
    Look { shape: at.one_of("shape", &shapes), notched: at.flag("notched"), light: at.text("light"), dark: at.text("dark") }
}

fn workload<T: Tree>(at: &Place<'_, T>) -> Workload {
    Workload {
        id: at.text("id"),
        name: at.text("name"),
        summary: at.text("summary"),
        help: at.text("help"),
        unit: noun(&at.at("unit")),
        operation: noun(&at.at("operation")),
        latency: at.text("latency"),
        scope: at.list("scope", Place::word),
        headline: headline(&at.at("headline")),
        parameters: at.list("parameters", parameter),
        figures: at.list("figures", figure),
        cells: at.list("cells", cell),
    }
}

fn noun<T: Tree>(at: &Place<'_, T>) -> Noun {
    Noun { one: at.text("one"), many: at.text("many") }
}

fn headline<T: Tree>(at: &Place<'_, T>) -> Headline {
    let metrics = [("ops_per_s", Metric::OpsPerS), ("memory_bytes", Metric::MemoryBytes)];
    Headline { metric: at.one_of("metric", &metrics), subject: at.text("subject"), verb: at.text("verb") }
}

fn parameter<T: Tree>(at: &Place<'_, T>) -> Parameter {
    let kind = match at.text("kind").as_str() {
        "choice" => {
            let option = |at: &Place<'_, T>| Choice { value: at.text("value"), label: at.text("label") };
            ParameterKind::Choice { options: at.list("options", option), default: at.text("default") }
        }
        "steps" => ParameterKind::Steps { words: at.list("words", parameter), most: at.int("most"), default: at.text("default") },
        _ => ParameterKind::Integer {
            min: at.int("min"),
            max: at.int("max"),
            step: at.int("step"),
            default: at.int("default"),
            log: at.flag("log"),
        },
    };
    Parameter {
        name: at.text("name"),
        label: at.text("label"),
        unit: at.text("unit"),
        help: at.text("help"),
        kind,
        earlier: at.maybe_list("earlier", |at| (at.int("0") as u32, at.at("1").value())),
    }
}

fn figure<T: Tree>(at: &Place<'_, T>) -> Figure {
    let units = [
        ("nanoseconds", FigureUnit::Nanoseconds),
        ("bytes", FigureUnit::Bytes),
        ("bytes_per_second", FigureUnit::BytesPerSecond),
        ("count", FigureUnit::Count),
        ("share", FigureUnit::Share),
    ];
    Figure { key: at.text("key"), label: at.text("label"), unit: at.one_of("unit", &units), help: at.text("help") }
}

fn cell<T: Tree>(at: &Place<'_, T>) -> Cell {
    Cell {
        model: at.text("model"),
        absent: at.maybe_text("absent"),
        source: at.maybe_text("source"),
        units_limit: at.maybe("units_limit", |at| UnitsLimit { units: at.int("units"), because: at.text("because") }),
    }
}

fn preset<T: Tree>(at: &Place<'_, T>) -> Preset {
    let mut preset = Preset {
        name: at.text("name"),
        note: at.text("note"),
        workload: at.text("workload"),
        models: at.list("models", Place::word),
        set: Default::default(),
        listings: at.maybe_list("listings", source),
    };
    preset.set.extend(at.tree.at("set").entries().into_iter().map(|(name, tree)| (name, at.of(tree).value())));
    preset
}

/// The code of a workload.
pub fn sources<T: Tree>(tree: T) -> Option<Vec<Source>> {
    whole(tree, |at| at.must(at.tree.list()).into_iter().map(|tree| source(&at.of(tree))).collect())
}

fn source<T: Tree>(at: &Place<'_, T>) -> Source {
    Source { model: at.text("model"), path: at.text("path"), pieces: at.list("pieces", piece) }
}

fn piece<T: Tree>(at: &Place<'_, T>) -> Piece {
    let kinds = [
        ("p", PieceKind::Plain),
        ("c", PieceKind::Comment),
        ("k", PieceKind::Keyword),
        ("t", PieceKind::Type),
        ("f", PieceKind::Function),
        ("l", PieceKind::Literal),
        ("m", PieceKind::Macro),
        ("a", PieceKind::Attribute),
    ];
    Piece(at.one_of("0", &kinds), at.text("1"))
}

/// Where and with what this server measures.
pub fn here<T: Tree>(tree: T) -> Option<Here> {
    whole(tree, |at| Here { machine: machine(&at.at("machine")), build: build(&at.at("build")) })
}

fn machine<T: Tree>(at: &Place<'_, T>) -> Machine {
    Machine {
        cpu: at.text("cpu"),
        cores: at.int("cores"),
        memory_bytes: at.int("memory_bytes"),
        os: at.text("os"),
        kernel: at.text("kernel"),
        threads_limit: at.int("threads_limit"),
        threads_limit_because: at.text("threads_limit_because"),
        files_limit: at.int("files_limit"),
        trial_memory_limit_bytes: at.int("trial_memory_limit_bytes"),
        trial_time_limit_ms: at.int("trial_time_limit_ms"),
        calibration: at.maybe("calibration", calibration),
    }
}

fn calibration<T: Tree>(at: &Place<'_, T>) -> Calibration {
    Calibration {
        clock_ns: at.int("clock_ns"),
        wake_same_core_ns: at.int("wake_same_core_ns"),
        wake_cross_core_ns: at.maybe_int("wake_cross_core_ns"),
        timer_late_ns: at.int("timer_late_ns"),
    }
}

fn build<T: Tree>(at: &Place<'_, T>) -> Build {
    Build {
        version: at.text("version"),
        commit: at.text("commit"),
        profile: at.text("profile"),
        rustc: at.text("rustc"),
        tokio: at.text("tokio"),
        actix: at.text("actix"),
        rayon: at.maybe_text("rayon").unwrap_or_default(),
        smol: at.maybe_text("smol").unwrap_or_default(),
    }
}

/// A run as it stands.
pub fn run<T: Tree>(tree: T) -> Option<RunSeen> {
    whole(tree, |at| {
        let states = [
            ("queued", RunState::Queued),
            ("running", RunState::Running),
            ("finished", RunState::Finished),
            ("cancelled", RunState::Cancelled),
        ];
        RunSeen {
            id: at.text("id"),
            experiment: experiment(&at.at("experiment")),
            state: at.one_of("state", &states),
            position: at.int("position"),
            expected_wait_ms: at.maybe_int("expected_wait_ms"),
            plan: at.list("plan", planned),
            trials: at.list("trials", trial),
            report: at.maybe("report", recorded_at),
        }
    })
}

/// A report.
pub fn recorded<T: Tree>(tree: T) -> Option<Recorded> {
    whole(tree, recorded_at)
}

fn recorded_at<T: Tree>(at: &Place<'_, T>) -> Recorded {
    Recorded {
        started_ms: at.int("started_ms"),
        experiment: experiment(&at.at("experiment")),
        machine: machine(&at.at("machine")),
        build: build(&at.at("build")),
        trials: at.list("trials", trial),
    }
}

fn experiment<T: Tree>(at: &Place<'_, T>) -> Experiment {
    let word = |name: &str| at.maybe_text(name).unwrap_or_default();
    let mut experiment = Experiment {
        workload: at.text("workload"),
        params: Default::default(),
        models: at.list("models", Place::word),
        cores: Cores::of_word(&word("cores")),
        driver: Driver::of_word(&word("driver")),
        until: Until::of_word(&word("until")),
        lanes: Lanes::of_word(&word("lanes")),
        sweep: at.maybe("sweep", |at| Sweep { parameter: at.text("parameter"), values: at.list("values", Place::whole_number) }),
        workers: at.int("workers"),
        repetitions: at.int("repetitions"),
        seed: at.int("seed"),
    };
    experiment.params.extend(at.tree.at("params").entries().into_iter().map(|(name, tree)| (name, at.of(tree).value())));
    experiment
}

fn planned<T: Tree>(at: &Place<'_, T>) -> PlannedTrial {
    PlannedTrial {
        order: at.int("order"),
        model: at.text("model"),
        label: at.text("label"),
        repetition: at.int("repetition"),
        at: at.maybe_int("at"),
    }
}

fn trial<T: Tree>(at: &Place<'_, T>) -> Trial {
    let statuses = [
        ("ok", TrialStatus::Ok),
        ("refused", TrialStatus::Refused),
        ("failed", TrialStatus::Failed),
        ("timeout", TrialStatus::Timeout),
        ("killed", TrialStatus::Killed),
        ("cancelled", TrialStatus::Cancelled),
        ("invalid", TrialStatus::Invalid),
    ];
    let mut trial = Trial {
        model: at.text("model"),
        label: at.text("label"),
        repetition: at.int("repetition"),
        order: at.int("order"),
        at: at.maybe_int("at"),
        status: at.one_of("status", &statuses),
        error: at.maybe_text("error"),
        wall_ns: at.maybe_int("wall_ns"),
        operations: at.maybe_int("operations"),
        ops_per_s: at.tree.at("ops_per_s").number(),
        latency_ns: at.maybe("latency_ns", latency),
        user_ns: at.maybe_int("user_ns"),
        system_ns: at.maybe_int("system_ns"),
        voluntary_switches: at.maybe_int("voluntary_switches"),
        involuntary_switches: at.maybe_int("involuntary_switches"),
        measured: at.maybe("measured", usage),
        peak_rss_bytes: at.maybe_int("peak_rss_bytes"),
        kernel_memory_bytes: at.maybe_int("kernel_memory_bytes"),
        os_threads_peak: at.maybe_int("os_threads_peak"),
        unit_operations: at.maybe("unit_operations", |at| MinMax { min: at.int("min"), max: at.int("max") }),
        answer: at.maybe_text("answer"),
        answer_ok: at.tree.at("answer_ok").flag(),
        disturbed: at.flag("disturbed"),
        foreign_cpu: at.tree.at("foreign_cpu").number(),
        warm_up: at.maybe("warm_up", |at| WarmUp { operations: at.int("operations"), wall_ns: at.int("wall_ns") }),
        lanes: at.maybe("lanes", |at| report::Lanes { spans: at.int("spans"), dropped: at.int("dropped") }),
        extra: Default::default(),
    };
    trial.extra.extend(at.tree.at("extra").entries().into_iter().filter_map(|(name, tree)| Some((name, tree.number()?))));
    trial
}

fn latency<T: Tree>(at: &Place<'_, T>) -> Latency {
    Latency {
        p50: at.int("p50"),
        p90: at.int("p90"),
        p99: at.int("p99"),
        p999: at.int("p999"),
        max: at.int("max"),
        mean: at.float("mean"),
        count: at.int("count"),
    }
}

fn usage<T: Tree>(at: &Place<'_, T>) -> Usage {
    Usage {
        user_ns: at.int("user_ns"),
        system_ns: at.int("system_ns"),
        voluntary_switches: at.int("voluntary_switches"),
        involuntary_switches: at.int("involuntary_switches"),
    }
}

/// An entry of a run's log.
pub fn event<T: Tree>(tree: T) -> Option<RunEvent> {
    whole(tree, |at| {
        let phases = [("warm_up", Phase::WarmUp), ("work", Phase::Work), ("check", Phase::Check)];
        let what = match at.text("event").as_str() {
            "queued" => Happening::Queued { position: at.int("position"), expected_wait_ms: at.maybe_int("expected_wait_ms") },
            "started" => Happening::Started { plan: at.list("plan", planned) },
            "replanned" => Happening::Replanned { plan: at.list("plan", planned) },
            "trial_started" => Happening::TrialStarted { order: at.int("order") },
            "trial_phase" => Happening::TrialPhase { order: at.int("order"), phase: at.one_of("phase", &phases) },
            "trial_finished" => Happening::TrialFinished { trial: Box::new(trial(&at.at("trial"))) },
            "finished" => Happening::Finished,
            "cancelled" => Happening::Cancelled,
            _ => {
                at.wrong.set(true);
                Happening::Finished
            }
        };
        RunEvent { number: at.int("number"), at_ms: at.int("at_ms"), what }
    })
}

/// A problem document.
pub fn problem<T: Tree>(tree: T) -> Option<ProblemDocument> {
    whole(tree, |at| ProblemDocument {
        kind: at.text("type"),
        title: at.text("title"),
        status: at.int("status") as u16,
        detail: at.text("detail"),
        errors: at.maybe_list("errors", |at| Problem {
            field: at.text("field"),
            value: at.text("value"),
            message: at.text("message"),
            accepted: at.text("accepted"),
        }),
    })
}
