//! The page as a whole, from the header down: what came out, as a sentence; then what proves it; then everything else. And the
//! document's title.

mod header;
mod history;
mod notice;
mod share;

use protocol::RunState;
use yew::{Html, html};

use super::part::{Store, part};
use super::{Dispatch, code, form, lanes, nothing, result, run, server};
use crate::state::{Place, State};

/// The page. Each of its parts is drawn as often as `state::pace` says.
pub fn page(store: &Store, dispatch: &Dispatch) -> Html {
    let state = store.borrow();
    let drawn = state.drawn();
    let page = |draw| part(drawn.page, store, dispatch, draw);
    let cells = |draw| part(drawn.cells, store, dispatch, draw);
    let words = |draw| part(drawn.words, store, dispatch, draw);
    let charts = |draw| part(drawn.charts, store, dispatch, draw);
    let lanes = state.lanes_of().is_some();
    let result = || {
        html! {
            <>
                { page(over_the_run) }
                <section aria-label="Trials" class="trials">
                    <div class="strip-line">{ cells(run::strip) }{ words(run::count) }</div>
                    { words(run::status) }
                    { page(run::conditions) }
                </section>
                { charts(result::outcome) }
            </>
        }
    };
    html! {
        <>
            { page(head) }
            if state.place == Place::History {
                <div class="page whole">
                    <main id="main" tabindex="-1" key="history">{ page(history::history) }</main>
                </div>
            } else {
            <div class={if lanes { "page whole" } else { "page" }}>
                { if lanes { nothing() } else { page(form::panel) } }
                if state.is_ready() {
                    <main id="main" tabindex="-1" inert={state.page.sheet && !lanes} key="result">
                        { if lanes { page(lanes::wide) } else { result() } }
                        // In its place while lanes are opened and closed: drawing all of it takes time.
                        { page(code::card) }
                    </main>
                } else {
                    <main id="main" tabindex="-1" inert={state.page.sheet} key="waiting">{ page(waiting) }</main>
                }
            </div>
            }
            { if state.place == Place::Run && !lanes { page(form::bar) } else { nothing() } }
            { cells(result::trial_dialog) }
            { page(history::drop_here) }
            { page(announcement) }
        </>
    }
}

fn head(state: &State, dispatch: &Dispatch) -> Html {
    html! { <>{ header::header(state, dispatch) }{ server::banner(state) }</> }
}

fn announcement(state: &State, _: &Dispatch) -> Html {
    html! {
        <>
            <div class="away" role="status">{ &state.page.announcement }</div>
            // The same to whoever sees: what was asked for may stand far from the header.
            <p class="given-out small" aria-hidden="true" data-testid="given-out" hidden={state.page.given_out.is_none()}>
                { state.page.given_out.clone().unwrap_or_default() }
            </p>
        </>
    }
}

fn waiting(state: &State, dispatch: &Dispatch) -> Html {
    let (class, words) = match (state.carried.is_opening(), state.server.away) {
        (true, false) => ("verdict quiet", "Opening the link."),
        (_, true) => ("verdict quiet", "Waiting for the server."),
        (false, false) => ("out", "Asking the server."),
    };
    html! { <><h1 {class} data-testid="verdict">{ words }</h1>{ notice::notices(state, dispatch) }</> }
}

fn over_the_run(state: &State, dispatch: &Dispatch) -> Html {
    html! {
        <>
            { header::purpose(state) }
            { notice::notices(state, dispatch) }
            { state.server.catalog.as_deref().map_or_else(nothing, |catalog| form::presets(state, catalog, dispatch)) }
            { result::origin(state, dispatch) }
        </>
    }
}

/// The document's title: the state first, for a person who has the page in another tab.
#[must_use]
pub fn title(state: &State) -> String {
    if state.place == Place::History {
        return "History · Interleave".to_owned();
    }
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
