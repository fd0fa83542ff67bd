//! What differed between two results besides what came out, as a person reads it, and what was the same.

use protocol::machine::{Calibration, Settings};
use protocol::parameter::grouped;
use protocol::{Conditions, Machine, Parameter, ParameterKind, Run, TrialStatus, Value, Workload};

use crate::numbers::{bytes, significant, time};
use crate::quantities::lower;
use crate::verdict::chosen;

/// What a fact about a result is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Aspect {
    Parameters,
    Method,
    Models,
    Machine,
    System,
    /// What the clock and the scheduler cost.
    Calibration,
    Build,
    Versions,
    Conditions,
}

impl Aspect {
    /// "parameters"
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Parameters => "parameters",
            Self::Method => "method",
            Self::Models => "models",
            Self::Machine => "machine",
            Self::System => "system",
            Self::Calibration => "clock and scheduler",
            Self::Build => "build",
            Self::Versions => "versions",
            Self::Conditions => "conditions",
        }
    }
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is about.
    pub aspect: Aspect,
    /// "processor"
    pub label: String,
    /// The first result's, as a person reads it: "AMD EPYC".
    pub a: String,
    /// The second's.
    pub b: String,
}

/// What differs between two results, and what does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// In the order of [`Aspect`].
    pub found: Vec<Difference>,
    /// What is known of both and alike.
    pub same: Vec<Aspect>,
    /// What only one of them tells, as far as it does not differ.
    pub unknown: Vec<Aspect>,
}

/// What a cost of clock or scheduler scatters by from one measuring to the next.
const COST_FACTOR: f64 = 1.25;
/// Shares of the machine that differ by less are alike.
const SHARE: f64 = 0.02;
/// Names that are said of models of one result alone.
const MOST_NAMED: usize = 4;
/// Values of a sweep that are said one by one.
const MOST_VALUES: usize = 6;

/// What differs between these two.
#[must_use]
pub fn differences(a: &Run, b: &Run) -> Differences {
    let mut facts = Facts { both: [a, b], found: Differences::default(), lacks: false, before: 0 };
    facts.parameters();
    facts.models();
    facts.machine();
    facts.calibration();
    facts.build();
    facts.conditions();
    facts.found
}

/// What is read, under its label; `None` if it is not told.
type Fact<Of, Value> = (&'static str, fn(&Of) -> Option<Value>);

struct Facts<'a> {
    both: [&'a Run; 2],
    found: Differences,
    /// Whether only one of the two has told something of the aspect so far.
    lacks: bool,
    /// How many differences there were before the aspect.
    before: usize,
}

impl<'a> Facts<'a> {
    /// Both in words; differences in what cannot be seen in words are none.
    fn told(&mut self, aspect: Aspect, label: &str, both: [Option<String>; 2]) {
        match both {
            [Some(a), Some(b)] if a != b => self.found.found.push(Difference { aspect, label: label.to_owned(), a, b }),
            [Some(_), None] | [None, Some(_)] => self.lacks = true,
            _ => {}
        }
    }

    /// Texts, of which an empty one tells nothing.
    fn texts(&mut self, aspect: Aspect, label: &str, both: [&str; 2]) {
        self.told(aspect, label, both.map(|text| (!text.is_empty()).then(|| text.to_owned())));
    }

    fn end(&mut self, aspect: Aspect) {
        let differs = self.found.found.len() > self.before;
        if self.lacks {
            self.found.unknown.push(aspect);
        } else if !differs {
            self.found.same.push(aspect);
        }
        (self.before, self.lacks) = (self.found.found.len(), false);
    }

    fn parameters(&mut self) {
        let workloads = self.both.map(workload);
        let name = |run: &Run| workload(run).map_or(&run.submission.experiment.workload, |workload| &workload.name).clone();
        self.told(Aspect::Parameters, "workload", self.both.map(|run| Some(name(run))));
        let of_work = workloads.into_iter().flatten().map(|workload| workload.parameters.as_slice());
        let by_time = self.both.iter().all(|run| is_by_time(run));
        for parameter in each_once(of_work) {
            // Measured by time it decides nothing.
            if !(by_time && parameter.is_work) {
                self.parameter(Aspect::Parameters, parameter);
            }
        }
        self.end(Aspect::Parameters);
        let fields = self.both.map(|run| run.submission.catalog.method_fields().cloned().collect::<Vec<_>>());
        for parameter in each_once(fields.iter().map(Vec::as_slice)) {
            if self.both.iter().any(|run| is_obeyed(run, &parameter.name)) {
                self.parameter(Aspect::Method, parameter);
            }
        }
        self.end(Aspect::Method);
    }

    fn parameter(&mut self, aspect: Aspect, parameter: &Parameter) {
        let both = self.both.map(|run| value_of(run, parameter));
        self.told(aspect, &lower(&parameter.label), both);
    }

    fn models(&mut self) {
        let [a, b] = self.both;
        let alone = |one: &'a Run, other: &Run| {
            let models = one.submission.experiment.models.iter();
            let alone = models.filter(|model| !other.submission.experiment.models.contains(model));
            let names: Vec<&str> = alone.map(|model| name(one, model)).collect();
            match names.len() {
                0 => "none".to_owned(),
                1..=MOST_NAMED => names.join(", "),
                more => format!("{} and {} more", names[..MOST_NAMED].join(", "), more - MOST_NAMED),
            }
        };
        self.texts(Aspect::Models, "models of one alone", [&alone(a, b), &alone(b, a)]);
        self.end(Aspect::Models);
    }

    fn machine(&mut self) {
        let [a, b] = self.both.map(|run| &run.submission.machine);
        self.texts(Aspect::Machine, "processor", [&a.cpu, &b.cpu]);
        let counted =
            |of: fn(&Machine) -> u64, words: fn(u64) -> String| [a, b].map(|one| Some(of(one)).filter(|n| *n > 0).map(words));
        self.told(Aspect::Machine, "cores", counted(|machine| machine.cores, grouped));
        let in_bytes = |count: u64| bytes(count as f64);
        self.told(Aspect::Machine, "memory", counted(|machine| machine.memory_bytes, in_bytes));
        // A limit that nobody came to has changed nothing.
        if self.both.iter().any(|run| run.trials.iter().any(is_stopped_by_limit)) {
            self.told(Aspect::Machine, "threads allowed", counted(|machine| machine.threads_limit, grouped));
            self.told(Aspect::Machine, "open files allowed", counted(|machine| machine.files_limit, grouped));
            self.told(Aspect::Machine, "memory allowed", counted(|machine| machine.trial_memory_limit_bytes, in_bytes));
            let in_ms = |ms: u64| time(ms as f64 * 1e6);
            self.told(Aspect::Machine, "time allowed", counted(|machine| machine.trial_time_limit_ms, in_ms));
        }
        self.end(Aspect::Machine);
        let kernel = |machine: &'a Machine| machine.kernel.trim_start_matches("Linux ");
        self.texts(Aspect::System, "kernel", [kernel(a), kernel(b)]);
        self.texts(Aspect::System, "system", [&a.os, &b.os]);
        let settings: [Fact<Settings, String>; 7] = [
            ("C library", |settings| settings.libc.clone()),
            ("huge pages", |settings| settings.transparent_huge_pages.clone()),
            ("governor", |settings| settings.governor.clone()),
            ("SMT", |settings| settings.smt.clone()),
            ("mitigations", |settings| settings.mitigations.clone()),
            ("clock", |settings| settings.clock_source.clone()),
            ("tick", |settings| settings.tick_hz.map(|hz| format!("{hz} Hz"))),
        ];
        for (label, of) in settings {
            self.told(Aspect::System, label, [of(&a.settings), of(&b.settings)]);
        }
        self.end(Aspect::System);
    }

    fn calibration(&mut self) {
        let costs: [Fact<Calibration, u64>; 4] = [
            ("wake on one core", |costs| Some(costs.wake_same_core_ns)),
            ("wake across cores", |costs| costs.wake_cross_core_ns),
            ("clock reading", |costs| Some(costs.clock_ns)),
            ("sleep late by", |costs| Some(costs.timer_late_ns)),
        ];
        for (label, of) in costs {
            let both = self.both.map(|run| run.submission.machine.calibration.as_ref().and_then(of).filter(|ns| *ns > 0));
            if let [Some(a), Some(b)] = both
                && a.max(b) as f64 <= a.min(b) as f64 * COST_FACTOR
            {
                continue;
            }
            self.told(Aspect::Calibration, label, both.map(|ns| ns.map(|ns| time(ns as f64))));
        }
        self.end(Aspect::Calibration);
    }

    fn build(&mut self) {
        let [a, b] = self.both.map(|run| &run.submission.build);
        let allocator = |run: &Run| {
            let asked = run.submission.experiment.method.get("allocator").map(ToString::to_string);
            asked.or_else(|| run.submission.build.allocators.first().cloned()).unwrap_or_default()
        };
        let [allocator_a, allocator_b] = self.both.map(allocator);
        let facts = [
            ("version", &a.version, &b.version),
            ("commit", &a.commit, &b.commit),
            ("profile", &a.profile, &b.profile),
            ("rustc", &a.rustc, &b.rustc),
            ("opt-level", &a.opt_level, &b.opt_level),
            ("LTO", &a.lto, &b.lto),
            ("codegen units", &a.codegen_units, &b.codegen_units),
            ("compiled for", &a.target_cpu, &b.target_cpu),
            ("allocator", &allocator_a, &allocator_b),
        ];
        for (label, a, b) in facts {
            self.texts(Aspect::Build, label, [a, b]);
        }
        self.end(Aspect::Build);
        let mut names: Vec<&str> = Vec::new();
        for library in self.both.into_iter().flat_map(libraries) {
            if !names.contains(&library) {
                names.push(library);
            }
        }
        for library in names {
            self.told(Aspect::Versions, library, [a, b].map(|build| build.libraries.get(library).cloned()));
        }
        self.end(Aspect::Versions);
    }

    fn conditions(&mut self) {
        let shares: [Fact<Conditions, f64>; 2] =
            [("cores\u{2019} time used by others", |one| one.foreign_cpu), ("steal", |one| one.steal)];
        let both = self.both.map(|run| run.conditions.as_ref());
        let percent = |share: f64| format!("{} %", significant(share * 100.0));
        for (label, of) in shares {
            let shares = both.map(|one| one.and_then(of));
            if let [Some(a), Some(b)] = shares
                && (a - b).abs() <= SHARE
            {
                continue;
            }
            self.told(Aspect::Conditions, label, shares.map(|share| share.map(percent)));
        }
        let throttled = both.map(|one| one.and_then(|one| one.throttled));
        let times = |count: u64| format!("{} times", grouped(count));
        self.told(Aspect::Conditions, "throttled", throttled.map(|count| count.map(times)));
        let disturbed = |run: &Run| {
            let disturbed = run.trials.iter().filter(|trial| trial.disturbed).count();
            (disturbed, format!("{} of {}", grouped(disturbed as u64), grouped(run.trials.len() as u64)))
        };
        let [a, b] = self.both.map(disturbed);
        if a.0 != b.0 {
            self.texts(Aspect::Conditions, "trials disturbed", [&a.1, &b.1]);
        }
        self.end(Aspect::Conditions);
    }
}

pub(super) fn workload(run: &Run) -> Option<&Workload> {
    run.submission.catalog.workload(&run.submission.experiment.workload)
}

pub(super) fn name<'a>(run: &'a Run, model: &'a str) -> &'a str {
    run.submission.catalog.model(model).map_or(model, |model| &model.name)
}

/// Those of both lists, the first one's of two with the same name.
fn each_once<'a>(lists: impl Iterator<Item = &'a [Parameter]>) -> Vec<&'a Parameter> {
    let mut all: Vec<&Parameter> = Vec::new();
    for parameter in lists.flatten() {
        if all.iter().all(|other| other.name != parameter.name) {
            all.push(parameter);
        }
    }
    all
}

fn is_by_time(run: &Run) -> bool {
    workload(run).is_some_and(|workload| workload.by_time) && run.submission.experiment.chooses("measure", "time")
}

/// Whether a field of the method decides anything in a run.
fn is_obeyed(run: &Run, name: &str) -> bool {
    let (experiment, catalog) = (&run.submission.experiment, &run.submission.catalog);
    let is_option = catalog.models.iter().flat_map(|model| &model.options).any(|option| option.name == name);
    let cells = || workload(run).into_iter().flat_map(|workload| &workload.cells);
    let by_a_cell =
        || cells().any(|cell| experiment.models.contains(&cell.model) && cell.options.iter().any(|option| option == name));
    match name {
        "measure" => workload(run).is_some_and(|workload| workload.by_time),
        "measure_ms" => is_by_time(run),
        _ => !is_option || by_a_cell(),
    }
}

/// A value as a person reads it; all of them if it is swept. `None` if the result does not have it.
fn value_of(run: &Run, parameter: &Parameter) -> Option<String> {
    let experiment = &run.submission.experiment;
    if let Some(sweep) = experiment.sweeps().find(|sweep| sweep.parameter == parameter.name) {
        return Some(values(&sweep.values));
    }
    let first = || match &parameter.kind {
        // A choice that a result of an earlier version does not have is at its first word.
        ParameterKind::Choice { options, .. } => options.first().map(|option| Value::Text(option.value.clone())),
        _ => None,
    };
    experiment.value(&parameter.name).cloned().or_else(first).map(|value| chosen(parameter, &value))
}

/// "1, 10, 100"; of many the ends.
fn values(all: &[u64]) -> String {
    match all {
        [first, .., last] if all.len() > MOST_VALUES => {
            format!("{} to {}, {} values", grouped(*first), grouped(*last), all.len())
        }
        all => all.iter().copied().map(grouped).collect::<Vec<_>>().join(", "),
    }
}

fn is_stopped_by_limit(trial: &protocol::Trial) -> bool {
    matches!(trial.status, TrialStatus::Refused | TrialStatus::Killed | TrialStatus::Timeout)
}

/// What the models that took part are made of, and their cells.
fn libraries(run: &Run) -> Vec<&str> {
    let catalog = &run.submission.catalog;
    let models = run.submission.experiment.models.iter().filter_map(|model| catalog.model(model));
    let cell = |model: &str| workload(run).and_then(|workload| workload.cell(model));
    let of_cell = |id: &str| cell(id).map(|cell| cell.libraries.as_slice()).unwrap_or_default();
    models.flat_map(|model| model.libraries.iter().chain(of_cell(&model.id))).map(String::as_str).collect()
}
