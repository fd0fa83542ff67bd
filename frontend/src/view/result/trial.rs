//! A trial with all its figures, in a dialog over the page. (The help says the same to everybody, and stands in index.html.) The
//! browser's own dialogs: they keep the focus, close by Esc and give the focus back.

use analysis::quantity::capital;
use protocol::catalog::{FigureUnit, grouped};
use protocol::plan::PlannedTrial;
use protocol::{Catalog, Trial, TrialStatus};
use yew::{Html, html};

use crate::state::{ResultAction, State};
use crate::view::mark::{Of, mark};
use crate::view::{Dispatch, nothing, on, words};

pub(in crate::view) fn trial_dialog(state: &State, dispatch: &Dispatch) -> Html {
    let closed = on(dispatch, ResultAction::OpenTrial(None));
    let close = on(dispatch, ResultAction::OpenTrial(None));
    let planned = state.run.shown().map_or(state.form.plan(), |shown| shown.plan.as_slice());
    let open = state.result.open_trial.and_then(|order| planned.iter().find(|planned| planned.order == order));
    let body = match (open, state.server.catalog.as_deref()) {
        (Some(planned_trial), Some(catalog)) => {
            let trial = state.run.shown().and_then(|shown| shown.trial(planned_trial.order));
            trial_body(state, catalog, planned_trial, planned.len(), trial)
        }
        _ => nothing(),
    };
    html! {
        <dialog id="trial" aria-label="Trial" data-testid="trial" onclose={closed}>
            { body }
            <form method="dialog"><button type="button" class="button" onclick={close}>{ "Close" }</button></form>
        </dialog>
    }
}

fn trial_body(state: &State, catalog: &Catalog, planned: &PlannedTrial, total: usize, trial: Option<&Trial>) -> Html {
    let label = words::label(catalog, &planned.label);
    let at = planned.at.map(|at| format!(", at {}", grouped(at))).unwrap_or_default();
    let head = html! {
        <>
            <h2>
                { mark(catalog.model(&planned.model), Of::label(&planned.label)) }
                { format!("{label}, repetition {}", planned.repetition + 1) }
            </h2>
            <p class="muted">{ format!("Trial {} of {total}{at}", planned.order + 1) }</p>
        </>
    };
    let Some(trial) = trial else {
        return html! { <>{ head }<p>{ "It has not been run yet." }</p></> };
    };
    let rows: Vec<(String, String)> =
        facts(trial).into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    let id = state.run.shown().map(|shown| shown.experiment.workload.as_str()).unwrap_or_default();
    let figures = catalog.workload(id).map(|workload| workload.figures.as_slice()).unwrap_or_default();
    let extra = trial.extra.iter().map(|(key, value)| match figures.iter().find(|figure| figure.key == *key) {
        Some(figure) => (figure.label.clone(), words::figure(figure.unit, *value, *value)),
        None => (key.clone(), words::figure(FigureUnit::Count, *value, *value)),
    });
    let row = |(name, value): (String, String)| html! { <div><dt>{ name }</dt><dd>{ value }</dd></div> };
    html! {
        <>
            { head }
            <p class={if trial.status == TrialStatus::Ok { "" } else { "error" }}>
                <b>{ capital(words::end(trial.status)) }</b>
                { trial.error.as_ref().map(|error| format!(": {error}")).unwrap_or_default() }
            </p>
            <dl class="facts">{ for rows.into_iter().chain(extra).map(row) }</dl>
            { for trial.lanes.iter().zip(state.run.shown().and_then(|shown| shown.id())).map(|(lanes, id)| html! {
                <p>
                    <a href={format!("/api/runs/{id}/trace.json")}>{ "Lanes as a Chrome trace" }</a>
                    { format!(": {} spans, {} dropped", grouped(lanes.spans), grouped(lanes.dropped)) }
                </p>
            }) }
        </>
    }
}

fn facts(trial: &Trial) -> Vec<(&'static str, Option<String>)> {
    let time = |value: Option<u64>| value.map(words::duration_ns);
    let whole = |value: Option<u64>| value.map(grouped);
    let latency = trial.latency_ns.map(|latency| {
        let [p50, p90, p99, p999, max] =
            [latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map(words::duration_ns);
        format!("{p50} · p90 {p90} · p99 {p99} · p99.9 {p999} · max {max}")
    });
    let measured = trial.measured.map(|usage| {
        let (user, system) = (words::duration_ns(usage.user_ns), words::duration_ns(usage.system_ns));
        format!(
            "{user} user, {system} system; switches: {} given up, {} taken off",
            grouped(usage.voluntary_switches),
            grouped(usage.involuntary_switches)
        )
    });
    let answer = trial.answer.as_ref().map(|answer| match trial.answer_ok {
        Some(true) => format!("{answer}, as it must be"),
        Some(false) => format!("{answer}, which is wrong"),
        None => answer.clone(),
    });
    let foreign = trial.foreign_cpu.map(|share| {
        format!(
            "{} of the machine{}",
            words::figure(FigureUnit::Share, share, share),
            if trial.disturbed { ": disturbed" } else { "" }
        )
    });
    let warm_up = trial.warm_up.map(|warm_up| {
        format!("{} operations in {}, not counted", grouped(warm_up.operations), words::duration_ns(warm_up.wall_ns))
    });
    vec![
        ("Measured part", time(trial.wall_ns)),
        ("Operations", whole(trial.operations)),
        ("A second", trial.ops_per_s.map(words::rate)),
        ("Latency, median", latency),
        (
            "Operations a unit",
            trial.unit_operations.map(|ends| {
                if ends.min == ends.max {
                    format!("{} each", grouped(ends.min))
                } else {
                    format!("{} – {}", grouped(ends.min), grouped(ends.max))
                }
            }),
        ),
        ("CPU, measured part", measured),
        (
            "CPU, whole process",
            trial.user_ns.map(|user| {
                format!("{} user, {} system", words::duration_ns(user), words::duration_ns(trial.system_ns.unwrap_or(0)))
            }),
        ),
        ("Given up its core", whole(trial.voluntary_switches)),
        ("Taken off its core", whole(trial.involuntary_switches)),
        ("Peak resident", trial.peak_rss_bytes.map(words::size)),
        ("Kernel memory", trial.kernel_memory_bytes.map(words::size)),
        ("OS threads, most", whole(trial.os_threads_peak)),
        ("Others used", foreign),
        ("Warm-up", warm_up),
        ("Answer", answer),
    ]
}
