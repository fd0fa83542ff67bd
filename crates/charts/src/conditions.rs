//! How it was measured, in one line, and the whole card behind it.

use analysis::numbers::{bytes, time};
use maud::{Markup, html};
use protocol::machine::Calibration;
use protocol::parameter::grouped;
use protocol::{Build, Machine};

use crate::Subject;
use crate::words::{counted, wait};

/// The line, which opens to the card. What a person must know to read the numbers is the workload's.
#[must_use]
pub fn conditions(subject: &Subject<'_>, machine: &Machine, build: &Build) -> String {
    drawn(subject, machine, build).into_string()
}

pub(crate) fn drawn(subject: &Subject<'_>, machine: &Machine, build: &Build) -> Markup {
    html! {
        details.conditions data-testid="conditions" {
            summary.small { span.muted { (line(subject, machine, build)) } " " span.more { "conditions" } }
            (card(subject, machine, build))
        }
    }
}

/// "2 cores, AMD EPYC · loopback · tokio 1.54.1, actix 0.13.5, rustc 1.95.0"
#[must_use]
pub fn line(subject: &Subject<'_>, machine: &Machine, build: &Build) -> String {
    let mut parts = vec![format!("{}, {}", counted(machine.cores as usize, "core"), machine.cpu)];
    parts.extend(machine.calibration.as_ref().map(wakes));
    parts.extend(scope(subject).iter().cloned());
    parts.push(versions(build, &libraries(subject)));
    if !build.commit.is_empty() {
        parts.push(format!("build {}", build.commit));
    }
    if build.profile != "release" {
        parts.insert(0, format!("A {} BUILD: these figures mean nothing", build.profile.to_ascii_uppercase()));
    }
    parts.join(" · ")
}

fn scope<'a>(subject: &Subject<'a>) -> &'a [String] {
    subject.workload().map(|workload| workload.scope.as_slice()).unwrap_or_default()
}

/// What the models that take part are made of, each once, in the models' order.
fn libraries<'a>(subject: &Subject<'a>) -> Vec<&'a str> {
    let mut libraries = Vec::new();
    let models = subject.experiment.models.iter().filter_map(|model| subject.catalog.model(model));
    for library in models.flat_map(|model| &model.libraries) {
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

fn card(subject: &Subject<'_>, machine: &Machine, build: &Build) -> Markup {
    let all: Vec<&str> = build.libraries.keys().map(String::as_str).collect();
    let commit = if build.commit.is_empty() { "not from a repository" } else { &build.commit };
    let mut rows = vec![
        ("CPU", format!("{}, {}", machine.cpu, counted(machine.cores as usize, "core"))),
        ("Memory", bytes(machine.memory_bytes as f64)),
        ("System", format!("{}, {}", machine.os, machine.kernel)),
        ("Threads per trial", format!("up to {} ({})", grouped(machine.threads_limit), machine.threads_limit_because)),
        ("Open files per trial", grouped(machine.files_limit)),
        (
            "A trial may use",
            format!("{} and {}", bytes(machine.trial_memory_limit_bytes as f64), wait(machine.trial_time_limit_ms)),
        ),
        ("Interleave", format!("{}, {commit}, {} build", build.version, build.profile)),
        ("Versions", versions(build, &all)),
    ];
    rows.extend(machine.calibration.as_ref().map(|costs| {
        let (clock, late) = (time(costs.clock_ns as f64), time(costs.timer_late_ns as f64));
        ("Clock and scheduler", format!("{}; clock {clock}; sleep {late} late", wakes(costs)))
    }));
    rows.push(("Read it with", scope(subject).join(", ")));
    html! { dl.facts.card { @for (name, value) in rows { div { dt { (name) } dd { (value) } } } } }
}
