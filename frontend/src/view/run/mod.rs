//! The run: its trials in the order in which they are run, where it stands, and how it is measured.

mod conditions;
mod status;
mod strip;

use protocol::Catalog;
use yew::{Html, html};

use super::Dispatch;
use crate::state::State;

pub(super) fn trials(state: &State, catalog: &Catalog, dispatch: &Dispatch) -> Html {
    html! {
        <section aria-label="Trials" class="trials">
            { strip::strip(state, catalog, dispatch) }
            { status::status(state, catalog, dispatch) }
            { conditions::conditions(state, catalog) }
        </section>
    }
}
