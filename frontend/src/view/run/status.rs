//! Where the run stands, in one line.

use protocol::event::Phase;
use protocol::{Catalog, RunState, Trial};
use yew::{Html, html};

use crate::state::{Connection, RunAction, Shown, State};
use crate::view::{Dispatch, on, words};

pub(super) fn status(state: &State, catalog: &Catalog, dispatch: &Dispatch) -> Html {
    let (class, text) = line(state, catalog);
    let going_on = !state.server.away && state.run.is_going_on();
    let cancel = on(dispatch, RunAction::Cancel);
    html! {
        <p class="status small" data-testid="status">
            <span class={class} aria-hidden="true" />
            // Before the words: they change every second, and nothing may move under the pointer.
            <button type="button" class="link" data-testid="cancel" onclick={cancel} hidden={!going_on}>
                { "Cancel" }<kbd aria-hidden="true">{ "Esc" }</kbd>
            </button>
            <span>{ text }</span>
        </p>
    }
}

fn line(state: &State, catalog: &Catalog) -> (&'static str, String) {
    if state.run.sending {
        return ("dot wait", "On its way to the server …".into());
    }
    if state.run.wanted.is_some() {
        return ("dot wait", "Asking for the run …".into());
    }
    let Some(shown) = state.run.shown() else {
        return (
            "dot wait",
            "Not run yet. A hollow mark is the A/A control: one model a second time, to see how much it differs from itself."
                .into(),
        );
    };
    if state.server.away && shown.is_going_on() {
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
