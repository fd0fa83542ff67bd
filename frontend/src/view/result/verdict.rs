//! The verdict: what came out, as a sentence; or why there is none yet.

use protocol::RunState;
use yew::{Html, html};

use crate::state::{Connection, RunAction, Shown, State};
use crate::view::mark::drawn;
use crate::view::{Dispatch, nothing, on, words};

pub(super) fn verdict(state: &State, dispatch: &Dispatch) -> Html {
    let Some(shown) = state.run.shown() else {
        let help = state.workload().map(|workload| workload.help.as_str()).unwrap_or_default();
        return html! {
            <section class="outcome" aria-label="Verdict">
                <h1 class="verdict quiet" data-testid="verdict">{ "Not measured yet." }</h1>
                <p class="detail">{ words::prose(help) }</p>
            </section>
        };
    };
    if shown.run.state == RunState::Queued {
        return html! {
            <section class="outcome" aria-label="Verdict">
                <h1 class="verdict quiet" data-testid="verdict">{ "Waiting for its turn." }</h1>
                <p class="detail">{ "One measured run at a time on a machine: two at once would measure each other." }</p>
            </section>
        };
    }
    if let (Some(theirs), Some(drawing)) = (state.theirs(), state.drawing()) {
        let alone = !state.is_compared();
        return html! {
            <section class="outcome" aria-label="Verdict" data-testid={if alone { "a-alone" } else { "between" }}>
                <p class="small muted" hidden={!alone}>{ "A alone, until there is a B to compare:" }</p>
                { if drawing.verdict.is_empty() { early(theirs) } else { drawn(drawing.verdict.clone()) } }
                { cut_short(shown, dispatch) }
                { not_stored(shown) }
            </section>
        };
    }
    let empty = shown.run.state.is_over() && shown.run.trials.is_empty();
    html! {
        <section class={if empty { "outcome empty" } else { "outcome" }} aria-label="Verdict">
            { if shown.drawing.verdict.is_empty() { early(shown) } else { drawn(shown.drawing.verdict.clone()) } }
            { mend(shown, dispatch) }
            { cut_short(shown, dispatch) }
            { not_stored(shown) }
        </section>
    }
}

/// Until the first drawing has come.
fn early(shown: &Shown) -> Html {
    let words = if shown.is_going_on() { "Too early to tell." } else { "Drawing …" };
    html! {
        <>
            <h1 class="verdict quiet" data-testid="verdict">{ words }</h1>
            <p class="detail" />
        </>
    }
}

/// What would let it tell, if it cannot: a button that runs just that.
fn mend(shown: &Shown, dispatch: &Dispatch) -> Html {
    match &shown.drawing.mend {
        Some(mend) if !shown.is_going_on() && shown.run.state != RunState::Interrupted => {
            let run = on(dispatch, RunAction::Mend);
            html! {
                <p class="detail">
                    <button type="button" class="button" data-testid="mend" onclick={run}>{ &mend.label }</button>
                </p>
            }
        }
        _ => nothing(),
    }
}

/// A run that did not come to its end says so, and how far it came.
fn cut_short(shown: &Shown, dispatch: &Dispatch) -> Html {
    let (done, planned) = (shown.run.trials.len(), shown.run.planned().len());
    let so_far = format!("from {done} of {}", charts::words::counted(planned, "trial"));
    let (testid, text) = match (shown.run.state, shown.connection) {
        (_, Connection::Lost) => {
            ("lost", "The server was started again and does not know this run any more: this is what had come until then.".into())
        }
        (RunState::Cancelled, _) if done == 0 => ("cancelled", "Cancelled before any trial finished.".to_owned()),
        (RunState::Cancelled, _) => ("cancelled", format!("Cancelled: {so_far}.")),
        (RunState::Interrupted, _) if done == 0 => {
            ("interrupted", "Interrupted: its server ended before any trial finished.".to_owned())
        }
        (RunState::Interrupted, _) => {
            ("interrupted", format!("Interrupted: its server ended in the middle of it. This is {so_far}."))
        }
        (RunState::Queued | RunState::Running | RunState::Finished, _) => return nothing(),
    };
    let again = on(dispatch, RunAction::StartShown);
    let offers = shown.run.state == RunState::Interrupted;
    html! {
        <p class="detail" data-testid={testid}>
            <strong>{ text }</strong>{ " " }
            <button type="button" class="button" data-testid="run-again" onclick={again} hidden={!offers}>
                { "Run it again" }
            </button>
        </p>
    }
}

/// Whoever wants to send a link to it has to know that it will not open for long.
fn not_stored(shown: &Shown) -> Html {
    match &shown.run.not_stored {
        None => nothing(),
        Some(reason) => html! {
            <p class="detail" data-testid="not-stored">
                <strong>{ "This run is not stored, and is gone when the server ends: " }</strong>{ reason }
            </p>
        },
    }
}
