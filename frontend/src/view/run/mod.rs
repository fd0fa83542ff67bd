//! The run: its trials in the order in which they are run, where it stands, and how it is measured.

mod status;
mod strip;

use analysis::Summarised;
use charts::Subject;
use yew::{Html, html};

pub(super) use self::status::{count, status};
pub(super) use self::strip::strip;
use super::mark::drawn;
use super::{Dispatch, nothing};
use crate::state::State;

/// Stays open while what is in it changes.
fn opening(parts: charts::conditions::Folded) -> Html {
    html! {
        <details class="conditions" data-testid="conditions" key="conditions">
            <summary class="small">{ drawn(parts.line) }</summary>
            { drawn(parts.card) }
        </details>
    }
}

/// How it was measured, or would be: in one line, and the whole card behind it.
pub(super) fn conditions(state: &State, _: &Dispatch) -> Html {
    let Some(catalog) = state.server.catalog.as_deref() else { return nothing() };
    if let Some(shown) = state.run.shown() {
        return opening(charts::conditions_of(&shown.run));
    }
    match (&state.server.here, state.form.experiment()) {
        (Some(here), Some(experiment)) => {
            let none = Summarised::default();
            let subject = Subject {
                catalog,
                experiment,
                trials: &[],
                summarised: &none,
                over: false,
                view: &charts::AS_IT_IS,
                machine: Some(&here.machine),
            };
            opening(charts::conditions(&subject, &here.machine, &here.build))
        }
        (Some(_), None) => html! { <p class="small muted conditions-wait">{ "Conditions: fix the form to see them." }</p> },
        (None, _) => html! { <p class="small muted conditions-wait">{ "Conditions: asking the server …" }</p> },
    }
}
