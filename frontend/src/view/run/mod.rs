//! The run: its trials in the order in which they are run, where it stands, and how it is measured.

mod status;
mod strip;

use analysis::Summarised;
use charts::Subject;
use protocol::Catalog;
use yew::{Html, html};

use super::Dispatch;
use super::mark::drawn;
use crate::state::State;

pub(super) fn trials(state: &State, catalog: &Catalog, dispatch: &Dispatch) -> Html {
    html! {
        <section aria-label="Trials" class="trials">
            { strip::strip(state, catalog, dispatch) }
            { status::status(state, dispatch) }
            { conditions(state, catalog) }
        </section>
    }
}

/// How it was measured, or would be: in one line, and the whole card behind it.
fn conditions(state: &State, catalog: &Catalog) -> Html {
    if let Some(shown) = state.run.shown() {
        return drawn(charts::conditions_of(&shown.run));
    }
    match (&state.server.here, state.form.experiment()) {
        (Some(here), Some(experiment)) => {
            let none = Summarised::default();
            let subject = Subject { catalog, experiment, trials: &[], summarised: &none, over: false };
            drawn(charts::conditions(&subject, &here.machine, &here.build))
        }
        (Some(_), None) => html! { <p class="small muted conditions-wait">{ "Conditions: fix the form to see them." }</p> },
        (None, _) => html! { <p class="small muted conditions-wait">{ "Conditions: asking the server …" }</p> },
    }
}
