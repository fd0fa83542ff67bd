//! The page as a whole, from the header down, and the document's title.

mod header;
mod notice;

use protocol::RunState;
use yew::{Html, html};

use super::{Dispatch, code, form, result, run, server};
use crate::state::State;

/// The page.
pub fn page(state: &State, dispatch: &Dispatch) -> Html {
    html! {
        <>
            { header::header(state, dispatch) }
            { server::banner(state) }
            <div class="page">
                { form::panel(state, dispatch) }
                { main_column(state, dispatch) }
            </div>
            { form::bar(state, dispatch) }
            { result::trial_dialog(state, dispatch) }
            <div class="away" role="status">{ &state.page.announcement }</div>
        </>
    }
}

/// What came out, as a sentence; then what proves it; then everything else.
fn main_column(state: &State, dispatch: &Dispatch) -> Html {
    let Some(catalog) = state.server.catalog.as_ref().filter(|_| !state.run.awaits_sample) else {
        let (class, words) = match state.server.away {
            true => ("verdict quiet", "Waiting for the server."),
            false => ("out", "Asking the server."),
        };
        return html! {
            <main id="main" tabindex="-1" inert={state.page.sheet} key="waiting">
                <h1 {class} data-testid="verdict">{ words }</h1>
                { notice::notices(state, dispatch) }
            </main>
        };
    };
    html! {
        <main id="main" tabindex="-1" inert={state.page.sheet} key="result">
            { notice::notices(state, dispatch) }
            { form::presets(state, catalog, dispatch) }
            { result::origin(state, dispatch) }
            { run::trials(state, catalog, dispatch) }
            { result::outcome(state, catalog, dispatch) }
            { code::card(state, catalog, dispatch) }
        </main>
    }
}

/// The document's title: the state first, for a person who has the page in another tab.
#[must_use]
pub fn title(state: &State) -> String {
    let workload = state.workload().map(|workload| workload.name.as_str());
    let shown = state.run.shown().filter(|shown| shown.id().is_some());
    let at = match shown {
        _ if state.server.away => Some("Server away".to_owned()),
        Some(shown) if shown.is_going_on() => Some(match shown.run.state {
            RunState::Queued => "Queued".to_owned(),
            _ => format!("Running {}/{}", (shown.run.trials.len() + 1).min(shown.run.plan.len()), shown.run.plan.len()),
        }),
        Some(shown) if shown.run.state == RunState::Cancelled => Some("Cancelled".to_owned()),
        Some(shown) if shown.run.state == RunState::Interrupted => Some("Interrupted".to_owned()),
        Some(_) => Some("Result".to_owned()),
        None => None,
    };
    let parts = [at.as_deref(), workload, Some("Interleave")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
