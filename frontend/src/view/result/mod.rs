//! The result: the verdict, then what proves it, then every figure; and where it comes from.

mod pictures;
mod trial;
mod verdict;

use analysis::Summarised;
use charts::{Medium, Subject};
use protocol::parameter::grouped;
use yew::{Html, MouseEvent, html};

pub(super) use self::trial::trial_dialog;
use super::mark::drawn;
use super::{Dispatch, nothing, on};
use crate::state::{Origin, ResultAction, RunAction, State};
use crate::web::dom;

/// What came out. What `charts` has drawn in it says by `data-trial` which trial it means: one listener hears them all.
pub(super) fn outcome(state: &State, dispatch: &Dispatch) -> Html {
    let Some(catalog) = state.server.catalog.as_deref() else { return nothing() };
    let none = Summarised::default();
    let shown = state.run.shown();
    let subject = match (shown, state.form.experiment()) {
        (Some(shown), _) => Some(Subject::of_run(&shown.run, &shown.summarised).about(shown.quantity())),
        (None, Some(experiment)) => {
            Some(Subject { catalog, experiment, trials: &[], summarised: &none, over: false, chosen: None })
        }
        (None, None) => None,
    };
    let (opens, points, pointed) = (dispatch.clone(), dispatch.clone(), state.result.pointed);
    let open = move |event: MouseEvent| {
        if let Some(order) = dom::trial_of(&event) {
            opens.emit(ResultAction::OpenTrial(Some(order)).into());
        }
    };
    let point = move |event: MouseEvent| {
        if let Some(order) = dom::trial_of(&event).filter(|order| Some(*order) != pointed) {
            points.emit(ResultAction::PointAt(Some(order)).into());
        }
    };
    let body = match &subject {
        None => verdict::verdict(state, dispatch),
        Some(subject) if subject.experiment.sweep.is_some() && shown.is_some() => swept(state, subject, dispatch),
        Some(subject) => html! {
            <>
                { verdict::verdict(state, dispatch) }
                <div class="cards">
                    { pictures::trials_card(state, subject, dispatch) }
                    { pictures::latency_card(subject) }
                </div>
                // From the moment a run is on its way: nothing below moves when the first figures come.
                { if shown.is_some() { drawn(charts::figures(subject, Medium::Page)) } else { nothing() } }
            </>
        },
    };
    html! { <div class="outcome-parts" onclick={open} onmouseover={point}>{ body }</div> }
}

/// A sweep, as soon as there is something in it.
fn swept(state: &State, subject: &Subject<'_>, dispatch: &Dispatch) -> Html {
    let early = subject.summarised.points.iter().all(|point| point.summary.iter().all(|summary| summary.trials == 0));
    html! {
        <section class="sweep" data-testid="sweep" key="sweep">
            { if early { verdict::verdict(state, dispatch) } else { pictures::sweep(subject, dispatch) } }
        </section>
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
