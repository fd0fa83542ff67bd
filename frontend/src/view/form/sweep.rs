//! A parameter over several values: from, to, how many and how far apart, the values that this means, and how long they take. It
//! is another way to write what can be typed into the field (see `protocol::parameter::sweep`): both are the same text.

use charts::words::counted;
use protocol::Parameter;
use protocol::parameter::grouped;
use protocol::parameter::sweep::{Parts, values};
use yew::{Html, InputEvent, html};

use super::field::value_of;
use crate::state::{FormAction, State};
use crate::view::{Dispatch, nothing, on, words};

/// Writes a part of the range.
type Write = fn(&mut Parts, String);

/// What makes a number a sweep, or a number again.
pub(super) fn toggle(parameter: &Parameter, swept: bool, dispatch: &Dispatch) -> Html {
    if !parameter.can_be_swept {
        return nothing();
    }
    let name = &parameter.name;
    let onclick = on(dispatch, FormAction::ToggleSweep(name.clone()));
    html! {
        <button type="button" class="link toggle" data-testid={format!("sweep-{name}")} aria-pressed={swept.to_string()}
            aria-label={format!("Sweep {}: several values", parameter.label)} title="Several values" {onclick}>
            { "Sweep" }
        </button>
    }
}

pub(super) fn editor(state: &State, parameter: &Parameter, dispatch: &Dispatch) -> Html {
    let text = state.text(parameter);
    let ends = match Parts::of(&text) {
        None => nothing(),
        Some(parts) => {
            let number = |label, value: &str, write| number(parameter, &parts, label, value, write, dispatch);
            html! {
                <>
                    { number("from", &parts.from, |parts, text| parts.from = text) }
                    { number("to", &parts.to, |parts, text| parts.to = text) }
                    { number("values", &parts.count, |parts, text| parts.count = text) }
                    { spacing(parameter, &parts, dispatch) }
                </>
            }
        }
    };
    let values = values(parameter, &text).unwrap_or_default();
    html! {
        <div class="sweep-of" role="group" aria-label={format!("Sweep of {}", parameter.label)}>
            { ends }
            { toggle(parameter, true, dispatch) }
            <ul class="sweep-values" aria-label="Values" data-testid={format!("values-{}", parameter.name)}>
                { for values.iter().map(|value| html! { <li>{ grouped(*value) }</li> }) }
            </ul>
            <p class="small muted" data-testid={format!("takes-{}", parameter.name)}>{ takes(state, values.len()) }</p>
        </div>
    }
}

fn number(parameter: &Parameter, parts: &Parts, label: &str, value: &str, write: Write, dispatch: &Dispatch) -> Html {
    let (name, parts) = (parameter.name.clone(), parts.clone());
    let oninput = dispatch.reform(move |event: InputEvent| {
        let mut parts = parts.clone();
        write(&mut parts, value_of(&event));
        FormAction::Type(name.clone(), parts.to_string()).into()
    });
    let onblur = on(dispatch, FormAction::FinishTyping);
    html! {
        <label>
            { label }
            <input type="text" inputmode="numeric" spellcheck="false" data-testid={format!("{}-{label}", parameter.name)}
                value={value.to_owned()} {oninput} {onblur} />
        </label>
    }
}

fn spacing(parameter: &Parameter, parts: &Parts, dispatch: &Dispatch) -> Html {
    let name = &parameter.name;
    let one = |(label, log): (&'static str, bool)| {
        let onchange = on(dispatch, FormAction::Type(name.clone(), Parts { log: Some(log), ..parts.clone() }.to_string()));
        html! {
            <label class="pick">
                <input type="radio" name={format!("spacing-{name}")} checked={parts.log == Some(log)} {onchange} />
                <span>{ label }</span>
            </label>
        }
    };
    html! {
        <div class="picks" role="radiogroup" aria-label="Spacing">{ for [("log", true), ("linear", false)].map(one) }</div>
    }
}

/// "6 values × 15 trials, about 2 min"
fn takes(state: &State, values: usize) -> String {
    match state.form.plan().len() / values.max(1) {
        0 => String::new(),
        trials => format!("{} × {}{}", counted(values, "value"), counted(trials, "trial"), words::time_of(&state.form)),
    }
}
