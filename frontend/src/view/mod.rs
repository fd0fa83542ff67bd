//! What the state looks like: plain functions of it. The order is that of the page, from the header down.

mod chart;
mod code;
mod conditions;
mod dialogs;
mod field;
mod header;
mod latency;
mod mark;
mod models;
mod notice;
mod panel;
mod presets;
mod result;
mod strip;
mod table;
mod words;

use protocol::RunState;
use yew::{Callback, Html, html};

use crate::state::{Deed, State};

/// Where a view sends what a person did.
pub type Go = Callback<Deed>;

/// Does this deed, whatever the event: one function for every click, so that the page has its code once.
fn on<E: 'static>(go: &Go, deed: Deed) -> Callback<E> {
    go.reform(move |_: E| deed.clone())
}

/// The page.
pub fn page(state: &State, go: &Go) -> Html {
    html! {
        <>
            { header::header(state, go) }
            { notice::banner(state) }
            <div class="page">
                { panel::panel(state, go) }
                { result::result(state, go) }
            </div>
            { panel::bar(state, go) }
            { dialogs::trial(state, go) }
            <div class="away" role="status">{ &state.announcement }</div>
        </>
    }
}

/// The document's title: the state first, for whoever has the page in another tab.
#[must_use]
pub fn title(state: &State) -> String {
    let workload = state.workload().map(|workload| workload.name.as_str());
    let shown = state.shown.as_ref().filter(|shown| shown.id().is_some());
    let at = match shown {
        _ if state.away => Some("Server away".to_owned()),
        Some(shown) if shown.is_going_on() => Some(match shown.state {
            RunState::Queued => "Queued".to_owned(),
            _ => format!("Running {}/{}", (shown.trials.len() + 1).min(shown.plan.len()), shown.plan.len()),
        }),
        Some(shown) if shown.state == RunState::Cancelled => Some("Cancelled".to_owned()),
        Some(_) => Some("Result".to_owned()),
        None => None,
    };
    let parts = [at.as_deref(), workload, Some("Interleave")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// In place of what is not there. Never nothing at all: a conditional that renders nothing between two others that come and go makes
/// yew 0.23 panic (yew#4092).
fn nothing() -> Html {
    html! { <span hidden=true /> }
}
