//! How it was measured, in one line, and the whole card behind it.

use analysis::quantity::{bytes, time};
use maud::{Markup, html};
use protocol::catalog::grouped;
use protocol::machine::Calibration;
use protocol::{Build, Machine};

use crate::access::versions;
use crate::words::{counted, wait};

/// The line, which opens to the card. `scope` is the workload's: what a person must know to read its numbers.
#[must_use]
pub fn conditions(machine: &Machine, build: &Build, scope: &[String]) -> String {
    drawn(machine, build, scope).into_string()
}

pub(crate) fn drawn(machine: &Machine, build: &Build, scope: &[String]) -> Markup {
    html! {
        details.conditions data-testid="conditions" {
            summary.small { span.muted { (line(machine, build, scope)) } " " span.more { "conditions" } }
            (card(machine, build, scope))
        }
    }
}

/// "2 cores, AMD EPYC · loopback · tokio 1.54.1, actix 0.13.5, rustc 1.95.0"
#[must_use]
pub fn line(machine: &Machine, build: &Build, scope: &[String]) -> String {
    let mut parts = vec![format!("{}, {}", counted(machine.cores as usize, "core"), machine.cpu)];
    parts.extend(machine.calibration.as_ref().map(wakes));
    parts.extend(scope.iter().cloned());
    parts.push(said(build, &["tokio", "actix", "rustc"]));
    if !build.commit.is_empty() {
        parts.push(format!("build {}", build.commit));
    }
    if build.profile != "release" {
        parts.insert(0, format!("A {} BUILD: these figures mean nothing", build.profile.to_ascii_uppercase()));
    }
    parts.join(" · ")
}

/// These versions, in this order; all of them if none is named.
fn said(build: &Build, which: &[&str]) -> String {
    let versions = versions(build);
    let mut chosen: Vec<&(&str, &str)> = versions.iter().filter(|(name, _)| which.is_empty() || which.contains(name)).collect();
    chosen.sort_by_key(|(name, _)| which.iter().position(|wanted| wanted == name));
    chosen.iter().map(|(name, version)| format!("{name} {version}")).collect::<Vec<_>>().join(", ")
}

/// "wake 1.4 µs on one core, 50.1 µs across"
fn wakes(calibration: &Calibration) -> String {
    let same = format!("wake {} on one core", time(calibration.wake_same_core_ns as f64));
    match calibration.wake_cross_core_ns {
        Some(across) => format!("{same}, {} across", time(across as f64)),
        None => same,
    }
}

fn card(machine: &Machine, build: &Build, scope: &[String]) -> Markup {
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
        ("Versions", said(build, &[])),
    ];
    rows.extend(machine.calibration.as_ref().map(|costs| {
        let (clock, late) = (time(costs.clock_ns as f64), time(costs.timer_late_ns as f64));
        ("Clock and scheduler", format!("{}; clock {clock}; sleep {late} late", wakes(costs)))
    }));
    rows.push(("Read it with", scope.join(", ")));
    html! { dl.facts.card { @for (name, value) in rows { div { dt { (name) } dd { (value) } } } } }
}
