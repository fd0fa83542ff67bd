//! What is being run: the form, drawn from the catalogue. On a phone it is a sheet behind one line at the bottom.

mod field;
mod models;
mod presets;
mod sweep;

use charts::words::counted;
use protocol::parameter::{ParameterKind, grouped, read};
use protocol::{Catalog, Parameter, Problem};
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, MouseEvent, SubmitEvent, html};

use super::{Dispatch, nothing, on, words};
use crate::state::{FormAction, PageAction, RunAction, State};

pub(super) use self::presets::presets;

pub(super) fn panel(state: &State, dispatch: &Dispatch) -> Html {
    let submit = dispatch.reform(|event: SubmitEvent| {
        event.prevent_default();
        RunAction::Start.into()
    });
    let class = if state.page.sheet { "panel open" } else { "panel" };
    let body = match state.server.catalog.as_deref().filter(|_| !state.carried.is_opening()) {
        Some(catalog) => fields(state, catalog, dispatch),
        None => {
            let wait = match (state.server.away, state.carried.is_opening()) {
                (true, _) => "The form is drawn from what the server can run: it does not answer.",
                (false, true) => "Opening the link …",
                (false, false) => "Asking the server what it can run …",
            };
            html! { <p class="muted wait">{ wait }</p> }
        }
    };
    html! {
        <form {class} id="experiment" aria-label="Experiment" novalidate=true autocomplete="off" onsubmit={submit}>
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
                { for shown(state, parameters).map(|parameter| field::parameter(state, parameter, problems, dispatch)) }
            </fieldset>
            { method(state, catalog, problems, dispatch) }
            { stray(parameters, catalog, problems) }
        </div>
    }
}

/// In one line, until somebody wants more of it.
fn method(state: &State, catalog: &Catalog, problems: &[Problem], dispatch: &Dispatch) -> Html {
    let open = state.form.method;
    let unfold = on(dispatch, FormAction::UnfoldMethod(!open));
    html! {
        <fieldset class="method">
            <legend class="out">{ "Method" }</legend>
            <button type="button" class="method-line" data-testid="method" aria-expanded={open.to_string()}
                aria-controls="method-fields" onclick={unfold}>
                <span class="legend">{ "Method" }</span>
                <span class="small">{ method_in_short(state, catalog) }</span>
                <svg class="chevron" viewBox="0 0 10 6" aria-hidden="true"><path d="M1 1L5 5L9 1" /></svg>
            </button>
            <div id="method-fields" hidden={!open}>
                { for shown(state, &catalog.method).map(|parameter| field::method(state, parameter, problems, dispatch)) }
            </div>
        </fieldset>
    }
}

/// "5 repetitions, all cores, seed 42", and whatever else is not as it is by default.
fn method_in_short(state: &State, catalog: &Catalog) -> String {
    const ALWAYS: [&str; 3] = ["repetitions", "cores", "seed"];
    let find = |name: &&str| catalog.method.iter().find(|field| field.name == **name);
    let departs = |field: &&Parameter| !ALWAYS.contains(&field.name.as_str()) && state.form.departs(field, catalog);
    let fields = ALWAYS.iter().filter_map(find).chain(catalog.method.iter().filter(departs));
    let said = fields.map(|field| {
        let (text, label) = (state.text(field), field.label.to_ascii_lowercase());
        let word = match &field.kind {
            ParameterKind::Choice { options, .. } => options.iter().find(|option| option.value == text),
            ParameterKind::Integer { .. } | ParameterKind::Steps { .. } => None,
        };
        match (field.name.as_str(), word) {
            ("repetitions", _) => format!("{text} {}", if text == "1" { "repetition" } else { "repetitions" }),
            ("cores", Some(word)) => format!("{} {}", word.label, if text == "one" { "core" } else { "cores" }),
            (_, Some(word)) => format!("{label} {}", word.label),
            (_, None) => format!("{label} {text} {}", field.unit).trim_end().to_owned(),
        }
    });
    said.collect::<Vec<_>>().join(", ")
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
    html! {
        <div class="foot">
            <div class="go">
                { run_or_cancel(state, dispatch, "run", "cancel") }
                <p class="small muted" id="run-about">{ about(state) }</p>
            </div>
            <div class="deeds">
                <button type="button" class="link" data-testid="reset" onclick={reset}>{ "Reset to defaults" }</button>
                <button type="button" class="link" data-testid="undo" hidden={!state.form.can_undo()} onclick={undo}
                    title="What a preset, a reset, another workload or the composer replaced (Ctrl+Z)">{ "Undo" }</button>
                <button type="button" class="button done" onclick={close}>{ "Done" }</button>
            </div>
        </div>
    }
}

/// One button in one place, whatever it does: nothing moves, and the focus stays. The second click of a double one meant *Run*.
fn run_or_cancel(state: &State, dispatch: &Dispatch, run: &'static str, cancel: &'static str) -> Html {
    let going_on = !state.server.away && state.run.is_going_on();
    let (kind, test_id, words, key) = match going_on {
        true => ("button", cancel, "Cancel", "Esc"),
        false => ("submit", run, "Run", "R"),
    };
    let dispatch = dispatch.clone();
    let onclick = going_on.then(|| {
        Callback::from(move |event: MouseEvent| {
            if event.detail() < 2 {
                dispatch.emit(RunAction::Cancel.into());
            }
        })
    });
    let disabled = !going_on && state.cannot_run().is_some();
    html! {
        <button type={kind} form="experiment" class="button primary" data-testid={test_id} aria-disabled={disabled.to_string()}
            aria-describedby="run-about" {onclick}>
            { words }<kbd aria-hidden="true">{ key }</kbd>
        </button>
    }
}

fn about(state: &State) -> Html {
    let plan = match state.form.plan().len() {
        0 => String::new(),
        trials => format!("{}{}", counted(trials, "trial"), words::time_of(&state.form)),
    };
    match state.cannot_run() {
        Some(why) => html! { <>{ why }<br />{ plan }</> },
        None => html! { { plan } },
    }
}

/// On a phone: what is run in one line, and the buttons.
pub(super) fn bar(state: &State, dispatch: &Dispatch) -> Html {
    let open = on(dispatch, PageAction::ShowSheet(true));
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
    html! {
        <div class="bar" role="region" aria-label="Experiment in short" inert={state.page.sheet}>
            <button type="button" class="about" data-testid="sheet-toggle" aria-expanded={state.page.sheet.to_string()}
                onclick={open}>
                <span class="name">{ title }</span>
                <span class="edit">{ "Edit" }</span>
                <span class="small muted">{ detail }</span>
            </button>
            { run_or_cancel(state, dispatch, "bar-run", "bar-cancel") }
        </div>
    }
}
