//! One parameter: a number with its slider, a choice, or a program of steps; its range, its unit, its help, and what is wrong
//! with it.

use protocol::parameter::range::ParameterRange;
use protocol::parameter::{Choice, ParameterKind, grouped, read};
use protocol::{Parameter, Problem, Value};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::{Html, InputEvent, html};

use crate::state::{FormAction, State};
use crate::view::{Dispatch, nothing, on};

/// From here on a number that is not being typed has commas: four digits are read at a glance.
const GROUPED_FROM: u64 = 10_000;

/// Steps of a slider from end to end.
const STEPS: u32 = 1000;

/// A workload's parameter.
pub(super) fn parameter(state: &State, parameter: &Parameter, problems: &[Problem], dispatch: &Dispatch) -> Html {
    let name = &parameter.name;
    let (class, slider, limits) = match &parameter.kind {
        ParameterKind::Choice { options, .. } => {
            return html! {
                <fieldset class="parameter">
                    <legend>{ &parameter.label }</legend>
                    { choice(state, parameter, options, problems, dispatch) }
                    <p class="hint">{ &parameter.help }</p>
                    { errors(name, problems) }
                </fieldset>
            };
        }
        ParameterKind::Integer { min, max, step, log, .. } => {
            let range = ParameterRange { min: *min, max: *max, step: *step, log: *log };
            ("parameter", slider(state, parameter, range, dispatch), limits(state, parameter, *max))
        }
        ParameterKind::Steps { .. } => ("parameter steps", nothing(), nothing()),
    };
    html! {
        <div {class}>
            <div class="row">
                <label for={format!("field-{name}")}>{ &parameter.label }</label>
                <span class="box">
                    { input(state, parameter, problems, dispatch) }
                    <span class="unit">{ &parameter.unit }</span>
                </span>
            </div>
            { slider }
            { errors(name, problems) }
            <p class="hint" id={format!("hint-{name}")}><span class="range">{ spread(parameter) }</span>{ &parameter.help }</p>
            { limits }
        </div>
    }
}

/// A field of the method: a row, without a slider.
pub(super) fn method(state: &State, parameter: &Parameter, problems: &[Problem], dispatch: &Dispatch) -> Html {
    let name = &parameter.name;
    let range = spread(parameter);
    let body = match &parameter.kind {
        ParameterKind::Choice { options, .. } => choice(state, parameter, options, problems, dispatch),
        _ => html! {
            <span class="box">
                { input(state, parameter, problems, dispatch) }
                <span class="unit">{ &parameter.unit }</span>
            </span>
        },
    };
    html! {
        <div class="row-of-method" title={format!("{range}{}", parameter.help)}>
            <div class="row"><label for={format!("field-{name}")}>{ &parameter.label }</label>{ body }</div>
            <p class="hint out" id={format!("hint-{name}")}>{ range }{ &parameter.help }</p>
            { errors(name, problems) }
        </div>
    }
}

/// What may be typed, before the help: the ends of a number; every step with what it does, a line each.
fn spread(parameter: &Parameter) -> String {
    match &parameter.kind {
        ParameterKind::Choice { .. } => String::new(),
        ParameterKind::Integer { min, max, step: 1, .. } => format!("{} – {}. ", grouped(*min), grouped(*max)),
        ParameterKind::Integer { min, max, step, .. } => {
            format!("{} – {}, in steps of {step}. ", grouped(*min), grouped(*max))
        }
        ParameterKind::Steps { words, .. } => words.iter().map(|word| format!("{}: {}\n", word.as_step(), word.help)).collect(),
    }
}

fn input(state: &State, parameter: &Parameter, problems: &[Problem], dispatch: &Dispatch) -> Html {
    let name = parameter.name.clone();
    let wrong = problems.iter().any(|problem| problem.field == name);
    let text = state.text(parameter);
    // Nothing changes when the focus comes: whoever has everything selected writes over it.
    let value = match (&state.form.typing, read(parameter, &text)) {
        (Some((field, typed)), _) if *field == name => typed.clone(),
        (_, Ok(Value::Integer(number))) if number >= GROUPED_FROM => grouped(number),
        _ => text,
    };
    let typed = name.clone();
    let oninput = dispatch.reform(move |event: InputEvent| FormAction::Type(typed.clone(), value_of(&event)).into());
    let onblur = on(dispatch, FormAction::FinishTyping);
    let mode = if matches!(parameter.kind, ParameterKind::Steps { .. }) { "text" } else { "numeric" };
    let described = if wrong { format!("error-{name} hint-{name}") } else { format!("hint-{name}") };
    html! {
        <input type="text" inputmode={mode} id={format!("field-{name}")} data-testid={format!("field-{name}")} spellcheck="false"
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
    let text = format!("{} {}", state.text(parameter), parameter.unit);
    html! {
        <input type="range" min="0" max={STEPS.to_string()} value={(place as u32).to_string()} {oninput}
            aria-label={format!("{}, slider", parameter.label)} aria-valuetext={text}
            style={format!("--at:{:.2}%", place / f64::from(STEPS) * 100.0)} />
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
            <label class="segment">
                <input type="radio" name={name.clone()} {id} value={option.value.clone()} checked={chosen == option.value}
                    {onchange} />
                <span>{ &option.label }</span>
            </label>
        }
    };
    html! {
        <div class="segments" role="radiogroup" aria-label={parameter.label.clone()} aria-invalid={wrong.then_some("true")}
            data-testid={format!("field-{name}")}>
            { for options.iter().enumerate().map(one) }
        </div>
    }
}

/// Past a chosen model's limit on this machine is not wrong: the refusal is a result. But nobody should be surprised by it.
fn limits(state: &State, parameter: &Parameter, greatest: u64) -> Html {
    let (Some(catalog), Some(workload)) = (state.server.catalog.as_deref(), state.workload()) else { return nothing() };
    if parameter.name != "units" {
        return nothing();
    }
    let units = match read(parameter, &state.text(parameter)) {
        Ok(Value::Integer(number)) => number,
        _ => 0,
    };
    let lines = state.form.draft().models.iter().filter_map(|id| {
        let limit = workload.cell(id)?.units_limit.as_ref()?;
        let name = &catalog.model(id)?.name;
        let (class, text) = if units > limit.units {
            let because = &limit.because;
            (
                "hint over",
                format!(
                    "{name}: {} is over this machine's limit of {because}. It will be refused; the others go on.",
                    grouped(units)
                ),
            )
        } else if limit.units < greatest {
            ("hint", format!("{name}: up to {} on this machine.", grouped(limit.units)))
        } else {
            return None;
        };
        Some(html! { <p {class} title={limit.because.clone()}>{ text }</p> })
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

fn value_of(event: &InputEvent) -> String {
    event.target().map(|target| target.unchecked_into::<HtmlInputElement>().value()).unwrap_or_default()
}
