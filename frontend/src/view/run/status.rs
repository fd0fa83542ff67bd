//! Where the run stands: beside the strip in figures, under it in one line.

use analysis::quantities::value;
use charts::words::counted;
use protocol::log::Phase;
use protocol::parameter::grouped;
use protocol::{RunState, Trial, TrialStatus};
use yew::{Html, html};

use crate::state::{Connection, Shown, State};
use crate::view::{Dispatch, words};

pub(in crate::view) fn status(state: &State, _: &Dispatch) -> Html {
    let (class, text) = line(state);
    html! { <p class="status small" data-testid="status"><span class={class} aria-hidden="true" /><span>{ text }</span></p> }
}

/// How many trials have ended, of how many.
pub(in crate::view) fn count(state: &State, _: &Dispatch) -> Html {
    let text = match (state.run.shown(), state.form.plan().len()) {
        (Some(shown), _) => count_of(shown, state.now),
        (None, 0) => String::new(),
        (None, planned) => format!("{}, as they would be run", counted(planned, "trial")),
    };
    html! { <span class="small muted count">{ text }</span> }
}

fn count_of(shown: &Shown, now: f64) -> String {
    let took = shown.elapsed_ms(now).map(|ms| if shown.is_going_on() { words::wait(ms) } else { words::took(ms) });
    let count = ended_early(shown)
        .unwrap_or_else(|| format!("{} of {}", shown.run.trials.len(), counted(shown.run.planned().len(), "trial")));
    took.map_or_else(|| count.clone(), |took| format!("{count} · {took}"))
}

fn line(state: &State) -> (&'static str, String) {
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
    match (shown.run.state, shown.connection) {
        (_, Connection::Reconnecting) => {
            ("dot wait", "Reconnecting: the run goes on without this page, and nothing of it is lost.".into())
        }
        (_, Connection::Lost) => ("dot bad", "Lost: the server does not know this run any more.".into()),
        (RunState::Queued, _) => {
            let wait = shown.run.expected_wait_ms;
            let before = shown.place_in_queue().unwrap_or_default();
            let wait = wait.filter(|ms| *ms > 0).map(|ms| format!(" · {} to wait", words::about(ms as f64)));
            ("dot wait", before + &wait.unwrap_or_default())
        }
        (RunState::Running, _) if shown.run.waits_for_machine => {
            ("dot wait", "Waiting: another server of this machine is measuring, and two at once would measure each other.".into())
        }
        (RunState::Running, _) => ("dot live", running(shown, state.now)),
        (RunState::Cancelled, _) => ("dot bad", ended(shown, "Cancelled")),
        (RunState::Interrupted, _) => ("dot bad", ended(shown, "Interrupted")),
        (RunState::Finished, _) => ("dot", ended(shown, "Finished")),
    }
}

fn running(shown: &Shown, now: f64) -> String {
    let run = &shown.run;
    let total = run.plan.len();
    let planned = run.running.and_then(|running| Some((run.plan.get(usize::try_from(running.order).ok()?)?, running.phase)));
    let mut text = match planned {
        Some((planned, phase)) => {
            let doing = match phase {
                Some(Phase::WarmUp) => ", warming up",
                Some(Phase::Check) => ", checking the answer",
                Some(Phase::Work) | None => "",
            };
            let name = charts::named(shown.catalog(), &planned.model, planned.role);
            format!("Running trial {} of {total}: {name}, repetition {}{doing}", planned.order + 1, planned.repetition + 1)
        }
        None => format!("Running: {} of {total} done", run.trials.len()),
    };
    if let Some(elapsed) = shown.elapsed_ms(now) {
        text.push_str(&format!(" · {} elapsed", words::wait(elapsed)));
    }
    if let Some(left) = shown.remaining_ms(now) {
        text.push_str(&format!(", {} to go", words::about(left)));
    }
    text
}

/// That a run ended before its plan did, because it could tell.
fn ended_early(shown: &Shown) -> Option<String> {
    let done = grouped(shown.run.plan.len() as u64);
    shown.told_apart_of().map(|planned| format!("{done} of a planned {}: told apart", grouped(planned)))
}

/// What a reader must know of the trials before any figure: how many came to no result, and whether the machine was theirs.
fn ended(shown: &Shown, word: &str) -> String {
    let trials = &shown.run.trials;
    let count = |is: &dyn Fn(&Trial) -> bool| trials.iter().filter(|trial| is(trial)).count();
    let mut parts = vec![word.to_owned()];
    // Each way to come to no result under its own name.
    let mut ways: Vec<TrialStatus> = Vec::new();
    for trial in trials.iter().filter(|trial| !trial.is_ok()) {
        if !ways.contains(&trial.status) {
            ways.push(trial.status);
        }
    }
    parts.extend(ways.iter().map(|way| format!("{} {way}", counted(count(&|trial| trial.status == *way), "trial"))));
    parts.extend(ended_early(shown));
    if trials.iter().any(|trial| value(trial, "foreign_cpu").is_some()) {
        parts.push(match count(&|trial| trial.disturbed) {
            0 => "alone on the machine".to_owned(),
            some => format!("{} disturbed by others (dotted)", counted(some, "trial")),
        });
    }
    parts.join(" · ")
}
