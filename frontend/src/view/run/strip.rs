//! The trial strip: one cell a trial, in the order in which they are really run. It is the progress bar, and it explains the
//! method by being seen.

use charts::Kind;
use charts::words::counted;
use protocol::{Catalog, PlannedTrial};
use yew::{Html, KeyboardEvent, html};

use crate::state::{ResultAction, Shown, State};
use crate::view::mark::{colours_of, mark};
use crate::view::{Dispatch, on, words};
use crate::web::dom;

/// More cells than this are drawn smaller, so that the strip leaves the sentence in view.
const MANY: usize = 120;

pub(super) fn strip(state: &State, catalog: &Catalog, dispatch: &Dispatch) -> Html {
    let shown = state.run.shown();
    let of_shown = shown.map(|shown| shown.run.planned());
    let plan = of_shown.as_deref().unwrap_or(state.form.plan());
    let catalog = shown.map_or(catalog, Shown::catalog);
    let at = shown.and_then(|shown| shown.run.running).map_or(0, |running| running.order);
    let class = if plan.len() > MANY { "strip many" } else { "strip" };
    let rove = |event: KeyboardEvent| dom::rove(&event);
    html! {
        <div class="strip-line">
            <div {class} role="group" aria-label="Trials in the order in which they are run" data-testid="strip"
                data-roving="true" onkeydown={rove}>
                { for plan.iter().map(|planned| cell(shown, planned, planned.order == at, catalog, dispatch)) }
            </div>
            <span class="small muted count">{ count(state, plan.len()) }</span>
        </div>
    }
}

fn count(state: &State, planned: usize) -> String {
    let Some(shown) = state.run.shown() else {
        return if planned == 0 { String::new() } else { format!("{}, as they would be run", counted(planned, "trial")) };
    };
    let took = shown.elapsed_ms(state.now).map(|ms| if shown.is_going_on() { words::wait(ms) } else { words::took(ms) });
    let count = format!("{} of {}", shown.run.trials.len(), counted(planned, "trial"));
    took.map_or_else(|| count.clone(), |took| format!("{count} · {took}"))
}

/// One item of the strip; the arrow keys go from one to the next, the Tab key past them all.
fn cell(shown: Option<&Shown>, planned: &PlannedTrial, is_stop: bool, catalog: &Catalog, dispatch: &Dispatch) -> Html {
    let trial = shown.and_then(|shown| shown.run.trial(planned.order));
    let running = shown.and_then(|shown| shown.run.running).is_some_and(|running| running.order == planned.order);
    let word = match trial {
        Some(trial) => trial.status.word(),
        None if running => "running",
        None => "planned",
    };
    let disturbed = trial.is_some_and(|trial| trial.disturbed);
    let label = charts::named(catalog, &planned.model, planned.role);
    let label = format!(
        "Trial {}: {label}, repetition {}, {word}{}",
        planned.order + 1,
        planned.repetition + 1,
        if disturbed { ", disturbed by others" } else { "" }
    );
    let order = planned.order;
    let onclick = on(dispatch, ResultAction::OpenTrial(Some(order)));
    html! {
        <button type="button" class="cell m" style={colours_of(catalog, &planned.model)} key={order} data-testid="trial-cell"
            data-state={word} data-order={order.to_string()} data-disturbed={disturbed.then_some("true")} data-item="true"
            tabindex={if is_stop { "0" } else { "-1" }} title={label.clone()} aria-label={label} {onclick}>
            { mark(catalog.model(&planned.model), Kind::of(planned.role)) }
        </button>
    }
}
