//! What is being run: the form, drawn from the catalogue. On a phone it is a sheet behind one line at the bottom.

use protocol::catalog::grouped;
use protocol::{Catalog, Problem};
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::{Event, Html, SubmitEvent, html};

use super::{Go, field, models, nothing, on, words};
use crate::state::{Deed, State};

pub(super) fn panel(state: &State, go: &Go) -> Html {
    let submit = go.reform(|event: SubmitEvent| {
        event.prevent_default();
        Deed::Start
    });
    let class = if state.sheet { "panel open" } else { "panel" };
    let body = match state.catalog.as_deref() {
        Some(catalog) => fields(state, catalog, go),
        None => {
            html! { <p class="muted wait">{ if state.away { "The form is drawn from what the server can run." } else { "Asking the server what it can run …" } }</p> }
        }
    };
    html! {
        <form {class} aria-label="Experiment" novalidate=true autocomplete="off" onsubmit={submit}>
            { body }
            { foot(state, go) }
        </form>
    }
}

fn fields(state: &State, catalog: &Catalog, go: &Go) -> Html {
    let problems = state.checked().and_then(Result::err).unwrap_or_default();
    let parameters = state.workload().map(|workload| workload.parameters.as_slice()).unwrap_or_default();
    html! {
        <div class="fields">
            { workload(state, catalog, &problems, go) }
            { models::models(state, catalog, &problems, go) }
            <fieldset>
                <legend>{ "Parameters" }</legend>
                <p class="hint">{ "A number may be several, a sweep: 1..1000 log, or 1; 10; 100." }</p>
                { for parameters.iter().map(|parameter| field::parameter(state, parameter, &problems, go)) }
            </fieldset>
            <fieldset class="method">
                <legend>{ "Method" }</legend>
                { for catalog.method.iter().map(|parameter| field::method(state, parameter, &problems, go)) }
            </fieldset>
            { stray(parameters, catalog, &problems) }
        </div>
    }
}

/// A native list under a drawn one: the keyboard, a screen reader and a phone each know it.
fn workload(state: &State, catalog: &Catalog, problems: &[Problem], go: &Go) -> Html {
    let chosen = state.workload();
    let change = go.reform(|event: Event| {
        Deed::Workload(event.target().map(|target| target.unchecked_into::<HtmlSelectElement>().value()).unwrap_or_default())
    });
    html! {
        <div class="group">
            <label class="legend" for="field-workload">{ "Workload" }</label>
            <div class="select">
                <span class="name" aria-hidden="true">{ chosen.map(|workload| workload.name.as_str()).unwrap_or_default() }</span>
                <span class="muted small" id="workload-summary">{ chosen.map(|workload| workload.summary.as_str()).unwrap_or_default() }</span>
                <svg class="chevron" viewBox="0 0 10 6" aria-hidden="true"><path d="M1 1L5 5L9 1" /></svg>
                <select id="field-workload" data-testid="workload" aria-describedby="workload-summary" onchange={change}>
                    { for catalog.workloads.iter().map(|workload| html! {
                        <option value={workload.id.clone()} selected={workload.id == state.draft.workload}>{ &workload.name }</option>
                    }) }
                </select>
            </div>
            { field::errors("workload", problems) }
        </div>
    }
}

/// Problems with fields that the form does not draw.
fn stray(parameters: &[protocol::Parameter], catalog: &Catalog, problems: &[Problem]) -> Html {
    let drawn = |name: &str| {
        name == "models" || name == "workload" || parameters.iter().chain(&catalog.method).any(|parameter| parameter.name == name)
    };
    let stray: Vec<&Problem> = problems.iter().filter(|problem| !drawn(&problem.field)).collect();
    if stray.is_empty() {
        return nothing();
    }
    html! { <ul class="error">{ for stray.iter().map(|problem| html! { <li>{ problem.to_string() }</li> }) }</ul> }
}

/// Always in view, however long the form.
fn foot(state: &State, go: &Go) -> Html {
    let reset = on(go, Deed::Reset);
    let undo = on(go, Deed::Undo);
    let close = on(go, Deed::Sheet(false));
    let cannot = state.cannot_run();
    html! {
        <div class="foot">
            <div class="go">
                <button type="submit" class="button primary" data-testid="run" aria-disabled={cannot.is_some().to_string()}
                    aria-describedby="run-about">
                    { "Run" }<kbd aria-hidden="true">{ "R" }</kbd>
                </button>
                <p class="small muted" id="run-about">{ about(state, cannot) }</p>
            </div>
            <div class="deeds">
                <button type="button" class="link" data-testid="reset" onclick={reset}>{ "Reset to defaults" }</button>
                <button type="button" class="link" data-testid="undo" hidden={state.replaced.is_empty()} onclick={undo}
                    title="What a preset, a reset or another workload replaced (Ctrl+Z)">{ "Undo" }</button>
                <button type="button" class="button done" onclick={close}>{ "Done" }</button>
            </div>
        </div>
    }
}

fn about(state: &State, cannot: Option<String>) -> Html {
    let trials = state.planned().len();
    let estimate = match state.checked() {
        Some(Ok(experiment)) => state.estimate_ms(&experiment),
        _ => None,
    };
    let plan = match (trials, estimate) {
        (0, _) => String::new(),
        (trials, None) => words::counted(trials, "trial"),
        (trials, Some(ms)) => format!("{}, about {}", words::counted(trials, "trial"), words::wait(ms)),
    };
    match cannot {
        Some(why) => html! { <>{ why }<br />{ plan }</> },
        None => html! { <>{ plan }<br />{ "one after the other, each in a process of its own" }</> },
    }
}

/// On a phone: what is run in one line, and the deeds.
pub(super) fn bar(state: &State, go: &Go) -> Html {
    let open = on(go, Deed::Sheet(true));
    let run = on(go, Deed::Start);
    let cancel = on(go, Deed::Cancel);
    let going_on = state.shown.as_ref().is_some_and(|shown| shown.is_going_on());
    let (title, detail) = match state.workload() {
        Some(workload) => {
            let models = words::counted(state.draft.models.len(), "model");
            let values = workload.parameters.iter().map(|parameter| {
                match protocol::draft::read(parameter, &state.draft.text(parameter)) {
                    Ok(protocol::Value::Integer(number)) => format!("{} {}", grouped(number), parameter.unit),
                    _ => state.draft.text(parameter),
                }
            });
            (format!("{} · {models}", workload.name), values.collect::<Vec<_>>().join(", "))
        }
        None => ("Interleave".to_owned(), String::new()),
    };
    let right = if going_on {
        html! { <button type="button" class="button primary" key="cancel" onclick={cancel}>{ "Cancel" }</button> }
    } else {
        html! {
            <button type="button" class="button primary" key="run" data-testid="bar-run" onclick={run}
                aria-disabled={state.cannot_run().is_some().to_string()}>{ "Run" }</button>
        }
    };
    html! {
        <div class="bar" role="region" aria-label="Experiment in short" inert={state.sheet}>
            <button type="button" class="about" data-testid="sheet-toggle" aria-expanded={state.sheet.to_string()} onclick={open}>
                <span class="name">{ title }</span>
                <span class="edit">{ "Edit" }</span>
                <span class="small muted">{ detail }</span>
            </button>
            { right }
        </div>
    }
}
