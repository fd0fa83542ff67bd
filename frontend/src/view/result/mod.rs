//! The result: the verdict, then what proves it, then every figure; and where it comes from.

mod pictures;
mod sides;
mod trial;
mod verdict;

use protocol::parameter::grouped;
use yew::{Html, KeyboardEvent, MouseEvent, html};

pub(super) use self::trial::trial_dialog;
use super::mark::drawn;
use super::{Dispatch, lanes, nothing, on};
use crate::state::{Origin, ResultAction, RunAction, Shown, State};
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
    let (Some(shown), Some(drawing)) = (state.pictured(), state.drawing()) else { return verdict::verdict(state, dispatch) };
    let catalog = shown.catalog();
    let Some(workload) = catalog.workload(&shown.experiment().workload) else { return verdict::verdict(state, dispatch) };
    let swept = shown.experiment().sweep.is_some();
    html! {
        <section class={if swept { "sweep" } else { "one-point" }} data-testid={swept.then_some("sweep")} aria-label="Result">
            { verdict::verdict(state, dispatch) }
            <div class="cards">
                { for drawing.cards.iter().map(|card| pictures::card(state, catalog, workload, card, dispatch)) }
                { lanes::invitation(state, dispatch) }
            </div>
            <div data-part="figures">{ drawn(drawing.figures.clone()) }</div>
        </section>
    }
}

/// Where the result comes from, if that is not from here and now.
pub(super) fn origin(state: &State, dispatch: &Dispatch) -> Html {
    let Some(shown) = state.run.shown() else { return nothing() };
    if let Some(theirs) = state.theirs() {
        return sides::sides(state, theirs, shown, dispatch);
    }
    let other = state.form.experiment().is_some() && !state.is_of_the_form(shown);
    let run = on(dispatch, RunAction::StartShown);
    let (testid, strong, text) = match &shown.origin {
        Origin::Sample => {
            ("sample", "A recorded sample", format!(", not measured just now: {}, {}.", what(shown), recorded(shown)))
        }
        Origin::Recorded { left_out, .. } => {
            let out = if left_out.is_empty() { String::new() } else { format!(" Not in it: {}.", left_out.join(", ")) };
            ("recorded", "Recorded", format!(" {}.{out}", recorded(shown)))
        }
        Origin::Run(_) if other => ("stale", "Result for different settings", format!(": {}.", what(shown))),
        Origin::Run(_) => return nothing(),
    };
    let also = if testid != "stale" && other { " The form has different settings." } else { "" };
    html! {
        <div class="origin" data-testid={testid}>
            <p><strong>{ strong }</strong>{ text }{ also }</p>
            <button type="button" class="button" data-testid="run-shown" onclick={run}
                hidden={shown.is_going_on() || state.server.catalog.is_none()}>
                { if testid == "stale" { "Run that again" } else { "Run it here" } }
            </button>
        </div>
    }
}

/// Of what a result is, in a few words: as a person calls it, or "TCP echo, 1,000 units".
fn what(shown: &Shown) -> String {
    match shown.name() {
        "" => format!("{}, {} units", shown.workload_name(), grouped(shown.experiment().units())),
        name => name.to_owned(),
    }
}

/// When, where and by what: "24 Nov 2026, 08:37 on a 2-core AMD EPYC, build fe7d2f4".
fn recorded(shown: &Shown) -> String {
    let commit = &shown.run.submission.build.commit;
    let build = if commit.is_empty() { String::new() } else { format!(", build {commit}") };
    format!("{} on a {}{build}", dom::date(shown.run.started_ms()), sides::machine(shown))
}
