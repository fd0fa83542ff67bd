//! How it was measured, in one line, and the whole card behind it.

use analysis::numbers::{bytes, significant, time};
use maud::{Markup, html};
use protocol::machine::{Calibration, CorePair, Costs, Relation, Settings};
use protocol::parameter::grouped;
use protocol::{Build, Catalog, Conditions, Experiment, Machine, Run, Value};

use crate::words::{counted, wait};

/// What the card tells, of a run or of an experiment that would be one.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Where it was measured, or would be.
    pub machine: &'a Machine,
    /// By what.
    pub build: &'a Build,
    /// How the machine was meanwhile, once it is over.
    pub conditions: Option<&'a Conditions>,
    /// How many trials have ended.
    pub trials: usize,
    /// The allocator that was asked for.
    pub allocator: Option<&'a str>,
    /// What a person must know to read the numbers: the workload's.
    pub scope: &'a [String],
}

impl<'a> Facts<'a> {
    /// Those of a run.
    #[must_use]
    pub fn of_run(run: &'a Run) -> Self {
        let protocol::Submission { catalog, experiment, machine, build, .. } = &run.submission;
        let (conditions, trials) = (run.conditions.as_ref(), run.trials.len());
        Self { conditions, trials, ..Self::of(catalog, experiment, machine, build) }
    }

    /// Those of an experiment that would be run on this machine by this build.
    #[must_use]
    pub fn of(catalog: &'a Catalog, experiment: &'a Experiment, machine: &'a Machine, build: &'a Build) -> Self {
        let allocator = match experiment.method.get("allocator") {
            Some(Value::Text(allocator)) => Some(allocator.as_str()),
            _ => None,
        };
        Self { machine, build, conditions: None, trials: 0, allocator, scope: scope(catalog, experiment) }
    }
}

/// A line for each group of facts. It stands behind [`summary`]: the host owns the element that opens, since what is in it changes
/// when a run is over, and whoever has opened it must not see it close.
#[must_use]
pub fn card(facts: &Facts<'_>) -> String {
    drawn(facts).into_string()
}

/// The line, for a `summary`.
#[must_use]
pub fn summary(catalog: &Catalog, experiment: &Experiment, machine: &Machine, build: &Build) -> String {
    summarised(catalog, experiment, machine, build).into_string()
}

pub(crate) fn drawn_of(run: &Run) -> Markup {
    let protocol::Submission { catalog, experiment, machine, build, .. } = &run.submission;
    html! {
        details.conditions data-testid="conditions" {
            summary.small { (summarised(catalog, experiment, machine, build)) }
            (drawn(&Facts::of_run(run)))
        }
    }
}

fn summarised(catalog: &Catalog, experiment: &Experiment, machine: &Machine, build: &Build) -> Markup {
    html! { span.muted { (line(catalog, experiment, machine, build)) } " " span.more { "conditions" } }
}

/// "2 cores, AMD EPYC · loopback · tokio 1.54.1, actix 0.13.5, rustc 1.95.0"
#[must_use]
pub fn line(catalog: &Catalog, experiment: &Experiment, machine: &Machine, build: &Build) -> String {
    let mut parts = vec![format!("{}, {}", counted(machine.cores as usize, "core"), machine.cpu)];
    parts.extend(machine.calibration.as_ref().map(wakes));
    parts.extend(scope(catalog, experiment).iter().cloned());
    parts.push(versions(build, &libraries(catalog, experiment)));
    if !build.commit.is_empty() {
        parts.push(format!("build {}", build.commit));
    }
    if build.profile != "release" {
        parts.insert(0, format!("A {} BUILD: these figures mean nothing", build.profile.to_ascii_uppercase()));
    }
    parts.join(" · ")
}

fn scope<'a>(catalog: &'a Catalog, experiment: &Experiment) -> &'a [String] {
    catalog.workload(&experiment.workload).map(|workload| workload.scope.as_slice()).unwrap_or_default()
}

/// What the models that take part are made of, each once, in the models' order.
fn libraries<'a>(catalog: &'a Catalog, experiment: &Experiment) -> Vec<&'a str> {
    let mut libraries = Vec::new();
    let models = experiment.models.iter().filter_map(|model| catalog.model(model));
    let cell = |model: &str| catalog.workload(&experiment.workload)?.cell(model);
    let of_cell = |id: &str| cell(id).map(|cell| cell.libraries.as_slice()).unwrap_or_default();
    for library in models.flat_map(|model| model.libraries.iter().chain(of_cell(&model.id))) {
        if !libraries.contains(&library.as_str()) {
            libraries.push(library.as_str());
        }
    }
    libraries
}

/// The versions of these libraries, without those that the build does not tell, and the compiler's.
fn versions(build: &Build, libraries: &[&str]) -> String {
    let version = |name: &&str| Some(format!("{name} {}", build.libraries.get(*name)?));
    let mut versions: Vec<String> = libraries.iter().filter_map(version).collect();
    if !build.rustc.is_empty() {
        versions.push(format!("rustc {}", build.rustc));
    }
    versions.join(", ")
}

/// "wake 1.4 µs on one core, 50.1 µs across"
fn wakes(calibration: &Calibration) -> String {
    let same = format!("wake {} on one core", time(calibration.wake_same_core_ns as f64));
    match calibration.wake_cross_core_ns {
        Some(across) => format!("{same}, {} across", time(across as f64)),
        None => same,
    }
}

/// "others used 1.2 % of the cores' time; steal 0 %; throttled 0 times; 2 of 15 trials disturbed": what the kernel does not say is
/// left out. The load average is too: the trials' own threads are most of it.
#[must_use]
pub fn meanwhile(conditions: &Conditions, trials: usize) -> String {
    let share = |share: f64| format!("{} %", significant(share * 100.0));
    let Conditions { foreign_cpu, steal, throttled, disturbed, .. } = conditions;
    let mut parts = Vec::new();
    parts.extend(foreign_cpu.map(|others| format!("others used {} of the cores\u{2019} time", share(others))));
    parts.extend(steal.map(|stolen| format!("steal {}", share(stolen))));
    parts.extend(throttled.map(|times| format!("throttled {}", counted(times as usize, "time"))));
    if *disturbed > 0 {
        parts.push(format!("{disturbed} of {} disturbed: others used more than a tenth", counted(trials, "trial")));
    }
    parts.join("; ")
}

fn drawn(facts: &Facts<'_>) -> Markup {
    let Facts { machine, build, conditions, trials, allocator: asked, scope } = *facts;
    let all: Vec<&str> = build.libraries.keys().map(String::as_str).collect();
    let mut rows = vec![
        (
            "Machine",
            format!("{}, {}, {}", machine.cpu, counted(machine.cores as usize, "core"), bytes(machine.memory_bytes as f64)),
        ),
        (
            "System",
            [&machine.os, &machine.kernel].into_iter().chain(&machine.settings.libc).cloned().collect::<Vec<_>>().join(", "),
        ),
        ("Kernel\u{2019}s settings", settings(&machine.settings)),
        ("Not counted", not_counted(machine)),
        ("Clock and scheduler", machine.calibration.as_ref().map(costs).unwrap_or_default()),
        ("A trial may have", limits(machine)),
        ("Allocator", allocator(asked, machine, build)),
        ("Build", program(build)),
        ("Versions", versions(build, &all)),
        ("Meanwhile", conditions.map(|conditions| meanwhile(conditions, trials)).unwrap_or_default()),
        ("Read it with", scope.join(", ")),
    ];
    rows.retain(|(_, value)| !value.is_empty());
    html! { dl.facts.card { @for (name, value) in rows { div { dt { (name) } dd { (value) } } } } }
}

/// "huge pages madvise; governor performance; tick 250 Hz; …"
fn settings(settings: &Settings) -> String {
    let Settings { libc: _, transparent_huge_pages, governor, smt, mitigations, clock_source, tick_hz } = settings;
    let tick = tick_hz.map(|hz| format!("{hz} Hz"));
    let named = [
        ("huge pages", transparent_huge_pages),
        ("governor", governor),
        ("SMT", smt),
        ("clock", clock_source),
        ("tick", &tick),
        ("mitigations", mitigations),
    ];
    let said = named.into_iter().filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?)));
    said.collect::<Vec<_>>().join("; ")
}

/// "cycles, instructions: the machine has no such hardware counter (ENOENT)"
fn not_counted(machine: &Machine) -> String {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for (key, reason) in &machine.counters {
        let name = key.replace('_', " ");
        match reasons.iter_mut().find(|(other, _)| other == reason) {
            Some((_, names)) => names.push(name),
            None => reasons.push((reason, vec![name])),
        }
    }
    reasons.iter().map(|(reason, names)| format!("{}: {reason}", names.join(", "))).collect::<Vec<_>>().join("; ")
}

/// "wake 1.83 µs (1.5 – 2.1) on one core, 20.5 µs (18.2 – 31) across, cores 0 and 1 of one socket; clock 23 ns; sleep 75 µs late":
/// in brackets the least and what nine of ten do not exceed.
fn costs(calibration: &Calibration) -> String {
    let range = |of: fn(&Costs) -> Option<u64>| {
        let (least, p90) = (calibration.least.as_ref().and_then(of)?, calibration.p90.as_ref().and_then(of)?);
        Some(format!(" ({} \u{2013} {})", time(least as f64), time(p90 as f64)))
    };
    let told = |median: u64, of: fn(&Costs) -> Option<u64>| format!("{}{}", time(median as f64), range(of).unwrap_or_default());
    let same = told(calibration.wake_same_core_ns, |costs| Some(costs.wake_same_core_ns));
    let across =
        calibration.wake_cross_core_ns.map(|across| format!(", {} across", told(across, |costs| costs.wake_cross_core_ns)));
    let pair = calibration.pair.as_ref().map(pair);
    let (clock, late) = (time(calibration.clock_ns as f64), told(calibration.timer_late_ns, |costs| Some(costs.timer_late_ns)));
    format!("wake {same} on one core{}{}; clock {clock}; sleep {late} late", across.unwrap_or_default(), pair.unwrap_or_default())
}

/// " (cores 0 and 1 of one socket)"
fn pair(pair: &CorePair) -> String {
    let relation = match pair.relation {
        Some(Relation::Siblings) => ", two threads of one core",
        Some(Relation::OneSocket) => " of one socket",
        Some(Relation::TwoSockets) => " of two sockets",
        None => "",
    };
    format!(", cores {} and {}{relation}", pair.one, pair.other)
}

fn limits(machine: &Machine) -> String {
    let (memory, time) = (bytes(machine.trial_memory_limit_bytes as f64), wait(machine.trial_time_limit_ms));
    format!("{}, {} open files, {memory}, {time}", machine.threads_limit_because, grouped(machine.files_limit))
}

/// The one that the trials had, and the others that they could have.
fn allocator(asked: Option<&str>, machine: &Machine, build: &Build) -> String {
    let Some(used) = asked.or(build.allocators.first().map(String::as_str)) else { return String::new() };
    let libc = machine.settings.libc.as_deref().filter(|libc| libc.starts_with(used));
    let others: Vec<&str> = build.allocators.iter().map(String::as_str).filter(|other| *other != used).collect();
    let others = if others.is_empty() { String::new() } else { format!(" (this build has {} too)", others.join(", ")) };
    format!("{}{others}", libc.unwrap_or(used))
}

/// "0.1.0, abcdef012, release build, opt-level 3, LTO thin-local, 16 codegen units, for generic CPUs"
fn program(build: &Build) -> String {
    let commit = if build.commit.is_empty() { "not from a repository" } else { &build.commit };
    let told = [
        (&build.opt_level, format!(", opt-level {}", build.opt_level)),
        (&build.lto, format!(", LTO {}", build.lto)),
        (&build.codegen_units, format!(", {} codegen units", build.codegen_units)),
        (&build.target_cpu, format!(", for CPU {}", build.target_cpu)),
    ];
    let told: String = told.into_iter().filter(|(value, _)| !value.is_empty()).map(|(_, words)| words).collect();
    format!("Interleave {}, {commit}, {} build{told}", build.version, build.profile)
}
