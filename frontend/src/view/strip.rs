//! The trial strip: one cell a trial, in the order in which they are really run. It is the progress bar, and it explains the method by
//! being seen. Under it, one line that says where the run stands.

use protocol::event::Phase;
use protocol::plan::PlannedTrial;
use protocol::{Catalog, RunState, Trial};
use yew::{Html, KeyboardEvent, html};

use super::mark::{Of, colours_of, mark};
use super::{Go, on, words};
use crate::state::{Connection, Deed, Shown, State};
use crate::web::dom;

/// More cells than this are drawn smaller, so that the strip leaves the sentence in view.
const MANY: usize = 120;

pub(super) fn strip(state: &State, catalog: &Catalog, go: &Go) -> Html {
    let planned = if state.shown.is_none() { state.planned() } else { Vec::new() };
    let plan = state.shown.as_ref().map_or(planned.as_slice(), |shown| shown.plan.as_slice());
    let at = state.shown.as_ref().and_then(|shown| shown.running).map_or(0, |(order, _)| order);
    let class = if plan.len() > MANY { "strip many" } else { "strip" };
    let rove = |event: KeyboardEvent| dom::rove(&event);
    html! {
        <div class="strip-line">
            <div {class} role="group" aria-label="Trials in the order in which they are run" data-testid="strip" data-roving="true" onkeydown={rove}>
                { for plan.iter().map(|planned| cell(state.shown.as_ref(), planned, planned.order == at, catalog, go)) }
            </div>
            <span class="small muted count">{ count(state, plan.len()) }</span>
        </div>
    }
}

fn count(state: &State, planned: usize) -> String {
    let Some(shown) = &state.shown else {
        return if planned == 0 { String::new() } else { format!("{}, as they would be run", words::counted(planned, "trial")) };
    };
    let took = shown.elapsed_ms(state.now).map(|ms| if shown.is_going_on() { words::wait(ms) } else { words::took(ms) });
    let count = format!("{} of {}", shown.trials.len(), words::counted(planned, "trial"));
    took.map_or_else(|| count.clone(), |took| format!("{count} · {took}"))
}

/// One item of the strip; the arrow keys go from one to the next, the Tab key past them all.
fn cell(shown: Option<&Shown>, planned: &PlannedTrial, is_stop: bool, catalog: &Catalog, go: &Go) -> Html {
    let trial = shown.and_then(|shown| shown.trial(planned.order));
    let running = shown.and_then(|shown| shown.running).is_some_and(|(order, _)| order == planned.order);
    let word = match trial {
        Some(trial) => trial.status.word(),
        None if running => "running",
        None => "planned",
    };
    let disturbed = trial.is_some_and(|trial| trial.disturbed);
    let label = words::label(catalog, &planned.label);
    let label = format!(
        "Trial {}: {label}, repetition {}, {word}{}",
        planned.order + 1,
        planned.repetition + 1,
        if disturbed { ", disturbed by others" } else { "" }
    );
    let order = planned.order;
    let onclick = on(go, Deed::OpenTrial(Some(order)));
    html! {
        <button type="button" class="cell m" style={colours_of(catalog, &planned.model)} key={order} data-testid="trial-cell" data-state={word}
            data-order={order.to_string()} data-disturbed={disturbed.then_some("true")} data-item="true" tabindex={if is_stop { "0" } else { "-1" }}
            title={label.clone()} aria-label={label} {onclick}>
            { mark(catalog.model(&planned.model), Of::label(&planned.label)) }
        </button>
    }
}

/// Where the run stands.
pub(super) fn status(state: &State, catalog: &Catalog, go: &Go) -> Html {
    let (class, text) = line(state, catalog);
    let going_on = !state.away && state.shown.as_ref().is_some_and(Shown::is_going_on);
    let cancel = on(go, Deed::Cancel);
    html! {
        <p class="status small" data-testid="status">
            <span class={class} aria-hidden="true" />
            // Before the words: they change every second, and nothing may move under the pointer.
            <button type="button" class="link" data-testid="cancel" onclick={cancel} hidden={!going_on}>{ "Cancel" }<kbd aria-hidden="true">{ "Esc" }</kbd></button>
            <span>{ text }</span>
        </p>
    }
}

fn line(state: &State, catalog: &Catalog) -> (&'static str, String) {
    if state.sending {
        return ("dot wait", "On its way to the server …".into());
    }
    if state.wanted.is_some() {
        return ("dot wait", "Asking for the run …".into());
    }
    let Some(shown) = &state.shown else {
        return (
            "dot wait",
            "Not run yet. A hollow mark is the A/A control: one model a second time, to see how much it differs from itself."
                .into(),
        );
    };
    if state.away && shown.is_going_on() {
        return ("dot bad", "Waiting for the server to come back: what has come so far stays.".into());
    }
    match (shown.state, shown.connection) {
        (_, Connection::Reconnecting) => {
            ("dot wait", "Reconnecting: the run goes on without this page, and nothing of it is lost.".into())
        }
        (_, Connection::Lost) => ("dot bad", "Lost: the server does not know this run any more.".into()),
        (RunState::Queued, _) => {
            let (position, wait) = shown.queued;
            let before = match position {
                0 => "Queued: next to run".to_owned(),
                position => format!("Queued behind {}", words::counted(position as usize, "other run")),
            };
            let wait = wait.filter(|ms| *ms > 0).map(|ms| format!(" · about {} to wait", words::wait(ms as f64)));
            ("dot wait", before + &wait.unwrap_or_default())
        }
        (RunState::Running, _) => ("dot live", running(shown, catalog, state.now)),
        (RunState::Cancelled, _) => ("dot bad", ended(shown, "Cancelled")),
        (RunState::Finished, _) => ("dot", ended(shown, "Finished")),
    }
}

fn running(shown: &Shown, catalog: &Catalog, now: f64) -> String {
    let total = shown.plan.len();
    let mut text = match shown.running.and_then(|(order, phase)| Some((shown.plan.get(usize::try_from(order).ok()?)?, phase))) {
        Some((planned, phase)) => {
            let doing = match phase {
                Some(Phase::WarmUp) => ", warming up",
                Some(Phase::Check) => ", checking the answer",
                Some(Phase::Work) | None => "",
            };
            let label = words::label(catalog, &planned.label);
            format!("Running trial {} of {total}: {label}, repetition {}{doing}", planned.order + 1, planned.repetition + 1)
        }
        None => format!("Running: {} of {total} done", shown.trials.len()),
    };
    if let Some(gone) = shown.elapsed_ms(now) {
        text.push_str(&format!(" · {} gone", words::wait(gone)));
    }
    if let Some(left) = shown.remaining_ms(now) {
        text.push_str(&format!(", about {} to go", words::wait(left)));
    }
    text
}

/// What a reader must know of the trials before any figure: how many came to no result, and whether the machine was theirs.
fn ended(shown: &Shown, word: &str) -> String {
    let mut parts = vec![word.to_owned()];
    let count = |is: &dyn Fn(&Trial) -> bool| shown.trials.iter().filter(|trial| is(trial)).count();
    let bad = count(&|trial| trial.status != protocol::TrialStatus::Ok);
    if bad > 0 {
        parts.push(format!("{} without a result", words::counted(bad, "trial")));
    }
    let disturbed = count(&|trial| trial.disturbed);
    if shown.trials.iter().any(|trial| trial.foreign_cpu.is_some()) {
        parts.push(match disturbed {
            0 => "alone on the machine".to_owned(),
            some => format!("{} disturbed by others (dotted)", words::counted(some, "trial")),
        });
    }
    parts.join(" · ")
}
