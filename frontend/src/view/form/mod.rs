//! What is being run: the form, drawn from the catalogue. On a phone it is a sheet behind one line at the bottom.

mod field;
mod models;
mod presets;

use charts::words::counted;
use protocol::parameter::{grouped, read};
use protocol::plan::least_ms;
use protocol::{Catalog, Parameter, Problem};
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::{Event, Html, SubmitEvent, html};

use super::{Dispatch, nothing, on, words};
use crate::state::{FormAction, PageAction, RunAction, State};

pub(super) use self::presets::presets;

pub(super) fn panel(state: &State, dispatch: &Dispatch) -> Html {
    let submit = dispatch.reform(|event: SubmitEvent| {
        event.prevent_default();
        RunAction::Start.into()
    });
    let class = if state.page.sheet { "panel open" } else { "panel" };
    let body = match state.server.catalog.as_deref() {
        Some(catalog) => fields(state, catalog, dispatch),
        None => {
            let wait = match state.server.away {
                true => "The form is drawn from what the server can run.",
                false => "Asking the server what it can run …",
            };
            html! { <p class="muted wait">{ wait }</p> }
        }
    };
    html! {
        <form {class} aria-label="Experiment" novalidate=true autocomplete="off" onsubmit={submit}>
            { body }
            { foot(state, dispatch) }
        </form>
    }
}

fn shown<'a>(state: &'a State, all: &'a [Parameter]) -> impl Iterator<Item = &'a Parameter> {
    all.iter().filter(|parameter| state.is_shown(parameter))
}

fn fields(state: &State, catalog: &Catalog, dispatch: &Dispatch) -> Html {
    let problems = state.form.problems();
    let parameters = state.workload().map(|workload| workload.parameters.as_slice()).unwrap_or_default();
    html! {
        <div class="fields">
            { workload(state, catalog, problems, dispatch) }
            { models::models(state, catalog, problems, dispatch) }
            <fieldset>
                <legend>{ "Parameters" }</legend>
                <p class="hint">{ "A number may be several, a sweep: 1..1000 log, or 1; 10; 100. Two may be at once." }</p>
                { for shown(state, parameters).map(|parameter| field::parameter(state, parameter, problems, dispatch)) }
            </fieldset>
            <fieldset class="method">
                <legend>{ "Method" }</legend>
                { for shown(state, &catalog.method).map(|parameter| field::method(state, parameter, problems, dispatch)) }
            </fieldset>
            { stray(parameters, catalog, problems) }
        </div>
    }
}

/// A native list under a drawn one: the keyboard, a screen reader and a phone each know it.
fn workload(state: &State, catalog: &Catalog, problems: &[Problem], dispatch: &Dispatch) -> Html {
    let chosen = state.workload();
    let name = chosen.map(|workload| workload.name.as_str()).unwrap_or_default();
    let summary = chosen.map(|workload| workload.summary.as_str()).unwrap_or_default();
    let change = dispatch.reform(|event: Event| {
        let select = event.target().map(|target| target.unchecked_into::<HtmlSelectElement>());
        FormAction::ChooseWorkload(select.map(|select| select.value()).unwrap_or_default()).into()
    });
    html! {
        <div class="group">
            <label class="legend" for="field-workload">{ "Workload" }</label>
            <div class="select">
                <span class="name" aria-hidden="true">{ name }</span>
                <span class="muted small" id="workload-summary">{ summary }</span>
                <svg class="chevron" viewBox="0 0 10 6" aria-hidden="true"><path d="M1 1L5 5L9 1" /></svg>
                <select id="field-workload" data-testid="workload" aria-describedby="workload-summary" onchange={change}>
                    { for catalog.workloads.iter().map(|workload| html! {
                        <option value={workload.id.clone()} selected={workload.id == state.form.draft().workload}>
                            { &workload.name }
                        </option>
                    }) }
                </select>
            </div>
            { field::errors("workload", problems) }
        </div>
    }
}

/// Problems with fields that the form does not draw.
fn stray(parameters: &[protocol::Parameter], catalog: &Catalog, problems: &[Problem]) -> Html {
    let is_field = |name: &str| parameters.iter().chain(&catalog.method).any(|parameter| parameter.name == name);
    let drawn = |name: &str| name == "models" || name == "workload" || is_field(name);
    let stray: Vec<&Problem> = problems.iter().filter(|problem| !drawn(&problem.field)).collect();
    if stray.is_empty() {
        return nothing();
    }
    html! { <ul class="error">{ for stray.iter().map(|problem| html! { <li>{ problem.to_string() }</li> }) }</ul> }
}

/// Always in view, however long the form.
fn foot(state: &State, dispatch: &Dispatch) -> Html {
    let reset = on(dispatch, FormAction::Reset);
    let undo = on(dispatch, FormAction::Undo);
    let close = on(dispatch, PageAction::ShowSheet(false));
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
                <button type="button" class="link" data-testid="undo" hidden={!state.form.can_undo()} onclick={undo}
                    title="What a preset, a reset or another workload replaced (Ctrl+Z)">{ "Undo" }</button>
                <button type="button" class="button done" onclick={close}>{ "Done" }</button>
            </div>
        </div>
    }
}

fn about(state: &State, cannot: Option<String>) -> Html {
    let (trials, least) = (state.form.plan().len(), state.form.experiment().and_then(least_ms).filter(|ms| *ms >= 1000));
    let plan = match (trials, state.form.estimate_ms(), least) {
        (0, ..) => String::new(),
        (_, None, None) => counted(trials, "trial"),
        (_, Some(ms), _) => format!("{}, {}", counted(trials, "trial"), words::about(ms)),
        (_, None, Some(ms)) => format!("{}, at least {}", counted(trials, "trial"), words::wait(ms as f64)),
    };
    match cannot {
        Some(why) => html! { <>{ why }<br />{ plan }</> },
        None => html! { <>{ plan }<br />{ "one after the other, each in a process of its own" }</> },
    }
}

/// On a phone: what is run in one line, and the buttons.
pub(super) fn bar(state: &State, dispatch: &Dispatch) -> Html {
    let open = on(dispatch, PageAction::ShowSheet(true));
    let run = on(dispatch, RunAction::Start);
    let cancel = on(dispatch, RunAction::Cancel);
    let going_on = state.run.is_going_on();
    let (title, detail) = match state.workload() {
        Some(workload) => {
            let models = counted(state.form.draft().models.len(), "model");
            let values = workload.parameters.iter().filter(|parameter| state.is_shown(parameter)).map(|parameter| {
                match read(parameter, &state.text(parameter)) {
                    Ok(protocol::Value::Integer(number)) => format!("{} {}", grouped(number), parameter.unit),
                    _ => state.text(parameter),
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
        <div class="bar" role="region" aria-label="Experiment in short" inert={state.page.sheet}>
            <button type="button" class="about" data-testid="sheet-toggle" aria-expanded={state.page.sheet.to_string()}
                onclick={open}>
                <span class="name">{ title }</span>
                <span class="edit">{ "Edit" }</span>
                <span class="small muted">{ detail }</span>
            </button>
            { right }
        </div>
    }
}
