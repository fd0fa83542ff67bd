//! The run: its trials in the order in which they are run, where it stands, and how it is measured.

mod density;
mod status;
mod strip;

use charts::conditions::summary;
use yew::{Event, Html, html};

pub(super) use self::status::{count, status};
pub(super) use self::strip::strip;
use super::mark::drawn;
use super::{Dispatch, nothing};
use crate::edition::Edition;
use crate::state::{ResultAction, State};
use crate::web::dom;

/// How it was measured, or would be: in one line, and the whole card behind it.
pub(super) fn conditions(state: &State, dispatch: &Dispatch) -> Html {
    let catalog = state.server.catalog.as_deref();
    let line = match (state.run.shown(), catalog) {
        (Some(shown), _) => {
            let submission = &shown.run.submission;
            summary(&submission.catalog, &submission.experiment, &submission.machine, &submission.build)
        }
        (None, None) => return nothing(),
        // Nothing would be measured on the machine that wrote the files.
        (None, _) if state.server.edition == Edition::Static => return nothing(),
        (None, Some(catalog)) => match (&state.server.here, state.form.experiment()) {
            (Some(here), Some(experiment)) => summary(catalog, experiment, &here.machine, &here.build),
            (Some(_), None) => return wait("Conditions: fix the form to see them."),
            (None, _) => return wait("Conditions: asking the server …"),
        },
    };
    let toggle = dispatch.reform(|event: Event| ResultAction::OpenConditions(dom::is_open(&event)).into());
    html! {
        // Stays open while what is in it changes.
        <details class="conditions" data-testid="conditions" key="conditions" ontoggle={toggle}>
            <summary class="small">{ drawn(line) }</summary>
            { drawn(state.result.conditions.clone()) }
        </details>
    }
}

fn wait(words: &'static str) -> Html {
    html! { <p class="small muted conditions-wait">{ words }</p> }
}
