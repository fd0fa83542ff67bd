//! A trial with all its figures, in a dialog over the page. (The help says the same to everybody, and stands in index.html.) The
//! browser's own dialogs: they keep the focus, close by Esc and give the focus back.

use analysis::numbers::capital;
use analysis::quantities::value;
use charts::Kind;
use protocol::parameter::grouped;
use protocol::{Catalog, PlannedTrial, Trial};
use yew::{Html, html};

use crate::state::{ResultAction, State};
use crate::view::mark::{drawn, mark};
use crate::view::{Dispatch, nothing, on};

pub(in crate::view) fn trial_dialog(state: &State, dispatch: &Dispatch) -> Html {
    let closed = on(dispatch, ResultAction::OpenTrial(None));
    let close = on(dispatch, ResultAction::OpenTrial(None));
    let shown = state.run.shown();
    let of_shown = shown.map(|shown| shown.run.planned());
    let plan = of_shown.as_deref().unwrap_or(state.form.plan());
    let catalog = shown.map(|shown| shown.catalog()).or(state.server.catalog.as_deref());
    let open = state.result.open_trial.and_then(|order| plan.iter().find(|planned| planned.order == order));
    let body = match (open, catalog) {
        (Some(planned), Some(catalog)) => trial_body(state, catalog, planned, plan.len()),
        _ => nothing(),
    };
    html! {
        <dialog id="trial" aria-label="Trial" data-testid="trial" onclose={closed}>
            { body }
            <form method="dialog"><button type="button" class="button" onclick={close}>{ "Close" }</button></form>
        </dialog>
    }
}

fn trial_body(state: &State, catalog: &Catalog, planned: &PlannedTrial, total: usize) -> Html {
    let name = charts::named(catalog, &planned.model, planned.role);
    let at = planned.at.map(|at| format!(", at {}", grouped(at))).unwrap_or_default();
    let at = planned.also_at.map_or_else(|| at.clone(), |also| format!("{at} × {}", grouped(also)));
    let head = html! {
        <>
            // The focus begins here: the first button is at the dialog's end, and it would open there.
            <h2 tabindex="-1" autofocus=true>
                { mark(catalog.model(&planned.model), Kind::of(planned.role)) }
                { format!("{name}, repetition {}", planned.repetition + 1) }
            </h2>
            <p class="muted">{ format!("Trial {} of {total}{at}", planned.order + 1) }</p>
        </>
    };
    let shown = state.run.shown();
    let trial = shown.and_then(|shown| shown.run.trial(planned.order));
    let (Some(shown), Some(trial)) = (shown, trial) else {
        return html! { <>{ head }<p>{ "It has not been run yet." }</p></> };
    };
    html! {
        <>
            { head }
            <p class={if trial.is_ok() { "" } else { "error" }}>
                <b>{ capital(charts::words::end(trial.status)) }</b>
                { trial.error.as_ref().map(|error| format!(": {error}")).unwrap_or_default() }
            </p>
            { drawn(state.result.trial.clone()) }
            { lanes(trial, shown.id()) }
        </>
    }
}

/// Of a traced trial: the file with what each thread did when.
fn lanes(trial: &Trial, run: Option<&str>) -> Html {
    let (Some(spans), Some(id)) = (value(trial, "lanes.spans"), run) else { return nothing() };
    let dropped = value(trial, "lanes.dropped").unwrap_or(0.0);
    html! {
        <p>
            <a href={format!("api/runs/{id}/trace.json")}>{ "Lanes as a Chrome trace" }</a>
            { format!(": {} spans, {} dropped", grouped(spans as u64), grouped(dropped as u64)) }
        </p>
    }
}
