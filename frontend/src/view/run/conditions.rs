//! How it was measured, in one line, and the whole card behind it.

use analysis::quantity::{bytes, time};
use protocol::catalog::grouped;
use protocol::machine::Calibration;
use protocol::{Build, Catalog, Machine};
use yew::{Html, html};

use crate::state::State;
use crate::view::words;

pub(super) fn conditions(state: &State, catalog: &Catalog) -> Html {
    let of_result = state.run.shown().and_then(|shown| shown.measured_with.clone());
    let Some((machine, build)) = of_result.or_else(|| state.server.here.clone().map(|here| (here.machine, here.build))) else {
        return html! { <p class="small muted conditions-wait">{ "Conditions: asking the server …" }</p> };
    };
    let id = state.run.shown().map_or(&state.form.draft().workload, |shown| &shown.experiment.workload);
    let scope = catalog.workload(id).map(|workload| workload.scope.as_slice()).unwrap_or_default();
    html! {
        <details class="conditions" data-testid="conditions">
            <summary class="small">
                <span class="muted">{ line(&machine, &build, scope) }</span>{ " " }<span class="more">{ "conditions" }</span>
            </summary>
            { card(&machine, &build, scope) }
        </details>
    }
}

fn line(machine: &Machine, build: &Build, scope: &[String]) -> String {
    let mut parts = vec![format!("{} cores, {}", machine.cores, machine.cpu)];
    parts.extend(machine.calibration.as_ref().map(wakes));
    parts.extend(scope.iter().cloned());
    parts.push(format!("tokio {}, actix {}, rustc {}", build.tokio, build.actix, build.rustc));
    if !build.commit.is_empty() {
        parts.push(format!("build {}", build.commit));
    }
    if build.profile != "release" {
        parts.insert(0, format!("A {} BUILD: these figures mean nothing", build.profile.to_ascii_uppercase()));
    }
    parts.join(" · ")
}

/// "wake 1.4 µs on one core, 50.1 µs across"
fn wakes(calibration: &Calibration) -> String {
    let same = format!("wake {} on one core", time(calibration.wake_same_core_ns as f64));
    match calibration.wake_cross_core_ns {
        Some(across) => format!("{same}, {} across", time(across as f64)),
        None => same,
    }
}

fn card(machine: &Machine, build: &Build, scope: &[String]) -> Html {
    let row = |name: &str, value: String| html! { <div><dt>{ name.to_owned() }</dt><dd>{ value }</dd></div> };
    let commit = if build.commit.is_empty() { "not from a repository".to_owned() } else { build.commit.clone() };
    let memory = bytes(machine.trial_memory_limit_bytes as f64);
    let limits = format!("{memory} and {}", words::wait(machine.trial_time_limit_ms as f64));
    let Build { rustc, tokio, actix, rayon, smol, .. } = build;
    let versions = format!("rustc {rustc}, tokio {tokio}, actix {actix}, rayon {rayon}, smol {smol}");
    let clock = |costs: &Calibration| {
        let (clock, late) = (time(costs.clock_ns as f64), time(costs.timer_late_ns as f64));
        format!("{}; clock {clock}; sleep {late} late", wakes(costs))
    };
    html! {
        <dl class="facts card">
            { row("CPU", format!("{}, {}", machine.cpu, words::counted(machine.cores as usize, "core"))) }
            { row("Memory", bytes(machine.memory_bytes as f64)) }
            { row("System", format!("{}, {}", machine.os, machine.kernel)) }
            { row("Threads a trial", format!("up to {} ({})", grouped(machine.threads_limit), machine.threads_limit_because)) }
            { row("Open files a trial", grouped(machine.files_limit)) }
            { row("A trial may use", limits) }
            { row("Interleave", format!("{}, {commit}, {} build", build.version, build.profile)) }
            { row("Versions", versions) }
            { for machine.calibration.iter().map(|costs| row("Clock and scheduler", clock(costs))) }
            { row("Read it with", scope.join(", ")) }
        </dl>
    }
}
