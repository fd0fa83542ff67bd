//! That the server is away, above everything else.

use yew::{Html, html};

use super::nothing;
use crate::state::State;

pub(super) fn banner(state: &State) -> Html {
    if !state.server.away {
        return nothing();
    }
    html! {
        <div class="banner" role="alert" data-testid="banner" inert={state.page.sheet}>
            <strong>{ "The server does not answer." }</strong>
            { " Start it with " }<code>{ "cargo xtask serve" }</code>
            { ". Everything you typed stays; the page tries again every second." }
        </div>
    }
}
