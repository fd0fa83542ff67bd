//! The result: the verdict, then what proves it, then every figure; and where it comes from.

mod pictures;
mod trial;
mod verdict;

use protocol::parameter::grouped;
use yew::{Html, KeyboardEvent, MouseEvent, html};

pub(super) use self::trial::trial_dialog;
use super::mark::drawn;
use super::{Dispatch, nothing, on};
use crate::state::{Origin, ResultAction, RunAction, State};
use crate::web::{dom, pictures as pictures_of_the_page};

/// What in the markup means something to a click.
const MEANT: [&str; 3] = ["data-trial", "data-base", "data-sort"];

/// What came out. The markup of `charts` says by attributes what a click in it means: one listener hears them all.
pub(super) fn outcome(state: &State, dispatch: &Dispatch) -> Html {
    let clicked = dispatch.clone();
    let click = move |event: MouseEvent| {
        let action = match pictures_of_the_page::meant(&event, &MEANT) {
            Some(("data-trial", order)) => ResultAction::OpenTrial(order.parse().ok()),
            Some(("data-base", model)) => ResultAction::Compare(model),
            Some((_, key)) => ResultAction::SortBy(key),
            None => return,
        };
        clicked.emit(action.into());
    };
    let point = |event: MouseEvent| pictures_of_the_page::point(&event);
    let leave = |_: MouseEvent| pictures_of_the_page::unpoint();
    let key = |event: KeyboardEvent| pictures_of_the_page::key(&event);
    html! {
        <div class="outcome-parts" data-testid="outcome" aria-busy={(!state.is_drawn()).to_string()} onclick={click} onmouseover={point} onmouseleave={leave} onkeydown={key}>
            { parts(state, dispatch) }
        </div>
    }
}

fn parts(state: &State, dispatch: &Dispatch) -> Html {
    let Some(shown) = state.run.shown() else { return verdict::verdict(state, dispatch) };
    let drawing = &*shown.drawing;
    let catalog = shown.catalog();
    let Some(workload) = catalog.workload(&shown.experiment().workload) else { return verdict::verdict(state, dispatch) };
    if !drawing.sweep.is_empty() {
        return html! {
            <section class="sweep" data-testid="sweep" data-part="sweep" key="sweep">
                { drawn(drawing.sweep.clone()) }
                { for drawing.cards.iter().map(|card| pictures::swept(catalog, workload, card, dispatch)) }
            </section>
        };
    }
    html! {
        <>
            { verdict::verdict(state, dispatch) }
            <div class="cards">
                { for drawing.cards.iter().map(|card| pictures::card(state, catalog, workload, card, dispatch)) }
            </div>
            <div data-part="figures">{ drawn(drawing.figures.clone()) }</div>
        </>
    }
}

/// Where the result comes from, if that is not from here and now.
pub(super) fn origin(state: &State, dispatch: &Dispatch) -> Html {
    let Some(shown) = state.run.shown() else { return nothing() };
    let other = !state.is_of_the_form(shown);
    let run = on(dispatch, RunAction::StartShown);
    let recorded = shown.origin == Origin::Sample;
    if !recorded && !other {
        return nothing();
    }
    let what = format!("{}, {} units", shown.workload_name(), grouped(shown.experiment().units()));
    let (strong, text) = if recorded {
        let machine = &shown.run.submission.machine;
        let (when, cpu) = (dom::date(shown.run.started_ms()), &machine.cpu);
        ("A recorded sample", format!(", not measured just now: {what}, on {when}, on a {}-core {cpu}.", machine.cores))
    } else {
        ("Result for different settings", format!(": {what}."))
    };
    let also = if recorded && other { " The form has different settings." } else { "" };
    html! {
        <div class="origin" data-testid={if recorded { "sample" } else { "stale" }}>
            <p><strong>{ strong }</strong>{ text }{ also }</p>
            <button type="button" class="button" data-testid="run-shown" onclick={run} hidden={shown.is_going_on()}>
                { if recorded { "Run it here" } else { "Run that again" } }
            </button>
        </div>
    }
}
