//! The result: the verdict, then what proves it, then every figure; and where it comes from.

mod chart;
mod latency;
mod table;
mod trial;
mod verdict;

use protocol::Catalog;
use protocol::catalog::grouped;
use yew::{AttrValue, Html, html};

use super::{Dispatch, nothing, on};
use crate::state::{Origin, RunAction, State};
use crate::web::dom;

pub(super) use self::trial::trial_dialog;

/// A sweep is drawn by the server, with the classes of this page's own charts: the page has no room for what few ask for.
pub(super) fn outcome(state: &State, catalog: &Catalog, dispatch: &Dispatch) -> Html {
    if let Some(shown) = state.run.shown().filter(|shown| shown.experiment.sweep.is_some()) {
        // As high before it is drawn as it is then.
        let drawn = match shown.sweep.is_empty() {
            true => verdict::verdict(state, catalog),
            false => Html::from_html_unchecked(AttrValue::from(shown.sweep.clone())),
        };
        return html! { <section class="sweep" data-testid="sweep" key="sweep">{ drawn }</section> };
    }
    html! {
        <>
            { verdict::verdict(state, catalog) }
            <div class="cards">
                { chart::card(state, catalog, dispatch) }
                { latency::card(state, catalog) }
            </div>
            { table::table(state, catalog, dispatch) }
            { table::figures(state, catalog) }
        </>
    }
}

/// Where the result comes from, where that is not from here and now.
pub(super) fn origin(state: &State, catalog: &Catalog, dispatch: &Dispatch) -> Html {
    let Some(shown) = state.run.shown() else { return nothing() };
    let other = !state.is_of_the_form(shown);
    let run = on(dispatch, RunAction::StartShown);
    let recorded = shown.origin == Origin::Sample;
    if !recorded && !other {
        return nothing();
    }
    let id = shown.experiment.workload.as_str();
    let name = catalog.workload(id).map_or(id, |workload| &workload.name);
    let what = format!("{name}, {} units", grouped(shown.experiment.units()));
    let (strong, text) = match (recorded, &shown.measured_with) {
        (true, Some((machine, _))) => {
            let when = shown.started_ms.map(dom::date).unwrap_or_default();
            let on = format!("on {when}, on a {}-core {}", machine.cores, machine.cpu);
            ("A recorded sample", format!(", not measured just now: {what}, {on}."))
        }
        _ => ("From other parameters", format!(" than those in the form: {what}.")),
    };
    let also = if recorded && other { " From other parameters than those in the form." } else { "" };
    html! {
        <div class="origin" data-testid={if recorded { "sample" } else { "stale" }}>
            <p><strong>{ strong }</strong>{ text }{ also }</p>
            <button type="button" class="button" data-testid="run-shown" onclick={run} hidden={shown.is_going_on()}>
                { if recorded { "Run it here" } else { "Run that again" } }
            </button>
        </div>
    }
}
