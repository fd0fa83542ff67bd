//! Two results, as they are told apart above their pictures: *A*, which is theirs as a rule, and *B*.

use yew::{Html, html};

use super::what;
use crate::state::{CompareAction, Origin, Shown, Side, State};
use crate::view::{Dispatch, on};
use crate::web::dom;

pub(super) fn sides(state: &State, theirs: &Shown, mine: &Shown, dispatch: &Dispatch) -> Html {
    let going_on = mine.is_going_on();
    let same = state.form.experiment().is_none() || state.is_of_the_form(mine);
    html! {
        <section class="sides" aria-label="What is compared" data-testid="sides">
            { side(state, Side::A, theirs, mine, dispatch) }
            <button type="button" class="icon" data-testid="swap" aria-label="Swap A and B" title="Swap A and B"
                disabled={!state.is_compared()} onclick={on(dispatch, CompareAction::Swap)}>{ "⇄" }</button>
            { side(state, Side::B, mine, theirs, dispatch) }
            <button type="button" class="button" data-testid="run-b" hidden={going_on} onclick={on(dispatch, CompareAction::RunAgain)}>
                { if matches!(mine.origin, Origin::Run(_)) { "Run B again" } else { "Run B here" } }
            </button>
            <p class="small muted" hidden={same}>{ "The form has different settings." }</p>
        </section>
    }
}

fn side(state: &State, side: Side, shown: &Shown, other: &Shown, dispatch: &Dispatch) -> Html {
    let letter = if side == Side::A { "A" } else { "B" };
    let remove = format!("Remove {letter}");
    html! {
        <div class={if side == Side::A { "side a" } else { "side b" }} data-testid={format!("side-{letter}")}>
            <p><b class="letter">{ letter }</b><strong>{ what(shown) }</strong></p>
            <p class="small muted">{ facts(state, side, shown, other) }</p>
            <button type="button" class="icon" aria-label={remove.clone()} title={remove} data-testid={format!("remove-{letter}")}
                disabled={side == Side::B && shown.is_going_on()} onclick={on(dispatch, CompareAction::Drop(side))}>{ "×" }</button>
        </div>
    }
}

/// "theirs · 2-core AMD EPYC · 24 Nov 2026, 08:37 · build fe7d2f4 · from the link".
fn facts(state: &State, side: Side, shown: &Shown, other: &Shown) -> String {
    let came = state.carried.is_of_the_link(shown);
    let whose = match shown.origin {
        Origin::Run(_) => "yours",
        Origin::Recorded { .. } if came => "theirs",
        Origin::Recorded { .. } => "from your history",
        Origin::Sample => "the sample",
    };
    let build = |shown: &Shown| shown.run.submission.build.commit.clone();
    let when = if shown.is_going_on() { "being measured".to_owned() } else { dom::date(shown.run.started_ms()) };
    let built = match build(shown) {
        commit if side == Side::B && commit == build(other) => "same build".to_owned(),
        commit => format!("build {commit}"),
    };
    let mut facts = vec![whose.to_owned(), machine(shown), when, built];
    if came {
        facts.push("from the link".to_owned());
    }
    facts.join(" · ")
}

/// "2-core AMD EPYC".
pub(super) fn machine(shown: &Shown) -> String {
    charts::between::machine_words(&shown.run.submission.machine)
}
