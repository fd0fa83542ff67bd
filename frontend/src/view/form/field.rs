//! One parameter: a number with its slider or as a sweep, a choice, or a program of steps; its help, and what is wrong with it.

use protocol::catalog::UnitsLimit;
use protocol::parameter::range::ParameterRange;
use protocol::parameter::sweep::is_sweep;
use protocol::parameter::{Choice, ParameterKind, grouped, read};
use protocol::{Parameter, Problem, Value};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::{Html, InputEvent, html};

use super::sweep;
use crate::state::{FormAction, State};
use crate::view::mark::drawn;
use crate::view::{Dispatch, nothing, on};

/// From here on a range says nothing: it is any number.
const ANY_NUMBER: u64 = 1 << 53;

/// Steps of a slider from end to end.
const STEPS: u32 = 1000;

/// A workload's parameter: a row, and under it the slider or the sweep.
pub(super) fn parameter(state: &State, parameter: &Parameter, problems: &[Problem], dispatch: &Dispatch) -> Html {
    let swept = parameter.can_be_swept && is_sweep(&state.text(parameter));
    let foot = match &parameter.kind {
        ParameterKind::Integer { .. } if swept => sweep::editor(state, parameter, dispatch),
        ParameterKind::Integer { min, max, step, log, .. } => {
            let range = ParameterRange { min: *min, max: *max, step: *step, log: *log };
            html! {
                <div class="span">
                    <span aria-hidden="true">{ grouped(*min) }</span>
                    { slider(state, parameter, range, dispatch) }
                    <span aria-hidden="true">{ grouped(*max) }</span>
                    { sweep::toggle(parameter, swept, dispatch) }
                </div>
            }
        }
        ParameterKind::Choice { .. } => nothing(),
        // What is done in it is heard by the page: see `web::composer`.
        ParameterKind::Steps { .. } => html! {
            <div data-part="composer" data-testid="composer">{ drawn(state.compose.html().to_owned()) }</div>
        },
    };
    field(state, parameter, problems, dispatch, "parameter", foot)
}

/// A field of the method or an option of a model: a row, without a slider.
pub(super) fn method(state: &State, parameter: &Parameter, problems: &[Problem], dispatch: &Dispatch) -> Html {
    let foot = match parameter.can_be_swept {
        true if is_sweep(&state.text(parameter)) => sweep::editor(state, parameter, dispatch),
        true => html! { <div class="span end">{ sweep::toggle(parameter, false, dispatch) }</div> },
        false => nothing(),
    };
    field(state, parameter, problems, dispatch, "row-of-method", foot)
}

fn field(
    state: &State,
    parameter: &Parameter,
    problems: &[Problem],
    dispatch: &Dispatch,
    class: &'static str,
    foot: Html,
) -> Html {
    let name = &parameter.name;
    let is_steps = matches!(parameter.kind, ParameterKind::Steps { .. });
    // Of a choice each word has a name of its own, and a click on the choice's must not choose the first.
    let names = (!matches!(parameter.kind, ParameterKind::Choice { .. })).then(|| format!("field-{name}"));
    let swept = parameter.can_be_swept && is_sweep(&state.text(parameter));
    let body = match &parameter.kind {
        ParameterKind::Choice { options, .. } => choice(state, parameter, options, problems, dispatch),
        _ => html! {
            <span class={if swept || is_steps { "box wide" } else { "box" }}>
                { input(state, parameter, problems, dispatch) }
                <span class="unit">{ unit(parameter) }</span>
            </span>
        },
    };
    let open = state.form.help.as_deref() == Some(name);
    let help = on(dispatch, FormAction::ToggleHelp(name.clone()));
    html! {
        <div class={if is_steps { "parameter steps" } else { class }}>
            <div class="row">
                <label for={names}>{ &parameter.label }</label>
                <button type="button" class="about-field" data-testid={format!("help-{name}")} aria-expanded={open.to_string()}
                    aria-controls={format!("hint-{name}")} aria-label={format!("About {}", parameter.label)} onclick={help}>
                    <span aria-hidden="true">{ "i" }</span>
                </button>
                { body }
            </div>
            // Over what follows while its sign is pointed at or has the focus; among it once that was pressed.
            <p class={if open { "help open" } else { "help" }} id={format!("hint-{name}")}>
                <span class="range">{ spread(parameter) }</span>{ &parameter.help }{ limits(state, parameter) }
            </p>
            { foot }
            { errors(name, problems) }
            { refusals(state, parameter) }
        </div>
    }
}

/// What the number counts, unless its name says so already.
fn unit(parameter: &Parameter) -> &str {
    if parameter.unit.eq_ignore_ascii_case(&parameter.label) { "" } else { &parameter.unit }
}

/// What may be typed, before the help: the ends of a number. (What steps do is said in the composer.)
fn spread(parameter: &Parameter) -> String {
    match &parameter.kind {
        ParameterKind::Choice { .. } | ParameterKind::Steps { .. } | ParameterKind::Integer { max: ANY_NUMBER.., .. } => {
            String::new()
        }
        ParameterKind::Integer { min, max, step: 1, .. } => format!("{} – {}. ", grouped(*min), grouped(*max)),
        ParameterKind::Integer { min, max, step, .. } => {
            format!("{} – {}, in steps of {step}. ", grouped(*min), grouped(*max))
        }
    }
}

fn input(state: &State, parameter: &Parameter, problems: &[Problem], dispatch: &Dispatch) -> Html {
    let name = parameter.name.clone();
    let wrong = problems.iter().any(|problem| problem.field == name);
    let text = state.text(parameter);
    // Nothing changes when the focus comes: whoever has everything selected writes over it.
    let value = match (&state.form.typing, read(parameter, &text)) {
        (Some((field, typed)), _) if *field == name => typed.clone(),
        (_, Ok(Value::Integer(number))) => grouped(number),
        _ => text,
    };
    let typed = name.clone();
    let oninput = dispatch.reform(move |event: InputEvent| FormAction::Type(typed.clone(), value_of(&event)).into());
    let onblur = on(dispatch, FormAction::FinishTyping);
    let described = if wrong { format!("error-{name} hint-{name}") } else { format!("hint-{name}") };
    if matches!(parameter.kind, ParameterKind::Steps { .. }) {
        return html! {
            <textarea rows="2" id={format!("field-{name}")} data-testid={format!("field-{name}")} spellcheck="false"
                {value} {oninput} {onblur} aria-invalid={wrong.to_string()} aria-describedby={described} />
        };
    }
    html! {
        <input type="text" inputmode="numeric" id={format!("field-{name}")} data-testid={format!("field-{name}")} spellcheck="false"
            {value} {oninput} {onblur} aria-invalid={wrong.to_string()} aria-describedby={described} />
    }
}

fn slider(state: &State, parameter: &Parameter, range: ParameterRange, dispatch: &Dispatch) -> Html {
    let place = match read(parameter, &state.text(parameter)) {
        Ok(Value::Integer(number)) => (range.place(number) * f64::from(STEPS)).round(),
        _ => 0.0,
    };
    let name = parameter.name.clone();
    let oninput = dispatch.reform(move |event: InputEvent| {
        let place = f64::from(value_of(&event).parse::<u32>().unwrap_or(0)) / f64::from(STEPS);
        FormAction::Slide(name.clone(), range.value(place).to_string()).into()
    });
    let text = format!("{} {}", state.text(parameter), unit(parameter));
    html! {
        <input type="range" min="0" max={STEPS.to_string()} value={(place as u32).to_string()} {oninput}
            aria-label={format!("{}, slider", parameter.label)} aria-valuetext={text}
            style={format!("--at:{}%", analysis::numbers::decimal(place / f64::from(STEPS) * 100.0, 2))} />
    }
}

fn choice(state: &State, parameter: &Parameter, options: &[Choice], problems: &[Problem], dispatch: &Dispatch) -> Html {
    let name = &parameter.name;
    let chosen = state.text(parameter);
    let wrong = problems.iter().any(|problem| problem.field == *name);
    let one = |(index, option): (usize, &Choice)| {
        let (field, value) = (name.clone(), option.value.clone());
        let onchange = on(dispatch, FormAction::Type(field.clone(), value.clone()));
        let id = if index == 0 { format!("field-{name}") } else { format!("field-{name}-{index}") };
        html! {
            <label class="pick">
                <input type="radio" name={name.clone()} {id} value={option.value.clone()} checked={chosen == option.value}
                    {onchange} />
                <span>{ &option.label }</span>
            </label>
        }
    };
    html! {
        <div class="picks" role="radiogroup" aria-label={parameter.label.clone()} aria-invalid={wrong.then_some("true")}
            data-testid={format!("field-{name}")}>
            { for options.iter().enumerate().map(one) }
        </div>
    }
}

/// The chosen models whose limit on this machine is below this many units, each with that limit; none of another parameter.
fn limited<'a>(state: &'a State, parameter: &Parameter, below: u64) -> Vec<(&'a str, &'a UnitsLimit)> {
    let (Some(catalog), Some(workload)) = (state.server.catalog.as_deref(), state.workload()) else { return Vec::new() };
    if parameter.name != "units" {
        return Vec::new();
    }
    let limit = |id: &'a String| {
        let limit = workload.cell(id)?.units_limit.as_ref().filter(|limit| limit.units < below)?;
        Some((catalog.model(id)?.name.as_str(), limit))
    };
    state.form.draft().models.iter().filter_map(limit).collect()
}

/// How many units each chosen model can have here, in its help.
fn limits(state: &State, parameter: &Parameter) -> String {
    let ParameterKind::Integer { max, .. } = parameter.kind else { return String::new() };
    let limited = limited(state, parameter, max);
    limited.iter().map(|(name, limit)| format!(" {name}: up to {} on this machine.", grouped(limit.units))).collect()
}

/// Past a chosen model's limit on this machine is not wrong: the refusal is a result. But nobody should be surprised by it.
fn refusals(state: &State, parameter: &Parameter) -> Html {
    let units = match read(parameter, &state.text(parameter)) {
        Ok(Value::Integer(number)) => number,
        _ => 0,
    };
    let lines = limited(state, parameter, units).into_iter().map(|(name, UnitsLimit { because, .. })| {
        let units = grouped(units);
        html! {
            <p class="hint over">
                { format!("{name}: {units} is over this machine's limit of {because}. It will be refused; the others go on.") }
            </p>
        }
    });
    html! { <div>{ for lines }</div> }
}

/// What is wrong with a field; space is made for it only then, under the finger that typed it.
pub(super) fn errors(field: &str, problems: &[Problem]) -> Html {
    let mine: Vec<String> = problems
        .iter()
        .filter(|problem| problem.field == field)
        .map(|problem| format!("{}{}; accepted: {}", quoted(&problem.value), problem.message, problem.accepted))
        .collect();
    html! {
        <p class="error" id={format!("error-{field}")} data-testid={format!("error-{field}")} hidden={mine.is_empty()}>
            { mine.join(" ") }
        </p>
    }
}

fn quoted(value: &str) -> String {
    if value.is_empty() { String::new() } else { format!("“{value}” ") }
}

pub(super) fn value_of(event: &InputEvent) -> String {
    event.target().map(|target| target.unchecked_into::<HtmlInputElement>().value()).unwrap_or_default()
}
