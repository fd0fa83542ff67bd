//! The lanes of a result: the button that opens them, the offer to record them, and the place where the page's module for them
//! draws. What is in that place is the module's; the page says by attributes what it is to draw.

use std::fmt::Write as _;

use yew::{Html, html};

use super::mark::drawn;
use super::{Dispatch, nothing, on};
use crate::state::{LanesAction, LanesAddress, Shown, State};

/// The card of the painter's that shows them at a glance.
const CARD: &str = "lanes";

/// So many spans come at once, and sooner than in parts: some 500 kB.
const AT_ONCE: f64 = 60_000.0;

/// On the card that shows them at a glance.
pub(super) fn opener(state: &State, dispatch: &Dispatch) -> Html {
    match state.pictured().filter(|shown| shown.has_lanes() && state.theirs().is_none()) {
        Some(_) => button("open-lanes", "Open the lanes", LanesAction::Open, dispatch),
        None => nothing(),
    }
}

/// Where there is no such card.
pub(super) fn invitation(state: &State, dispatch: &Dispatch) -> Html {
    let Some(shown) = state.pictured().filter(|shown| shown.may_have_lanes()) else { return nothing() };
    if state.theirs().is_some() || card(shown).is_some() {
        return nothing();
    }
    let open = shown.has_lanes();
    html! {
        <section class="card" aria-labelledby="lanes-title" key="lanes" hidden={!open && state.server.catalog.is_none()}>
            <header><h2 id="lanes-title">{ "Lanes" }</h2><p class="sub">{ "who ran where, and why" }</p></header>
            { if open {
                button("open-lanes", "Open the lanes", LanesAction::Open, dispatch)
            } else {
                button("record-lanes", "Run with lanes", LanesAction::Record, dispatch)
            } }
        </section>
    }
}

fn button(id: &'static str, words: &'static str, action: LanesAction, dispatch: &Dispatch) -> Html {
    html! { <button type="button" class="button" data-testid={id} onclick={on(dispatch, action)}>{ words }</button> }
}

fn card(shown: &Shown) -> Option<&protocol::drawing::Card> {
    shown.drawing.cards.iter().find(|card| card.id == CARD)
}

/// All of the page's width.
pub(super) fn wide(state: &State, _: &Dispatch) -> Html {
    let Some(shown) = state.lanes_of() else { return nothing() };
    let LanesAddress { columns, trace, in_parts } = state.lanes_source(shown);
    let spans: f64 = shown.traced().filter_map(|trial| trial.figure("lanes.spans")).sum();
    let in_parts = in_parts && spans > AT_ONCE;
    let card = card(shown);
    let sources = format!("/api/sources/{}", shown.experiment().workload);
    html! {
        <>
            <div class="lanes" data-testid="lanes" data-view={state.result.view().lanes.clone()} data-models={models(shown)}
                data-columns={columns} data-in-parts={in_parts.then_some("")} data-trace={trace} data-run={shown.id().map(str::to_owned)}
                data-sources={state.server.edition.file(&sources)} data-words={words(shown)}
                data-cost={shown.drawing.tracing.clone()} />
            // Stands in until the module has come, and where nobody has the lanes.
            <div class="lanes-glance">{ card.map_or_else(nothing, |card| drawn(card.body.clone())) }</div>
        </>
    }
}

/// What one and many of its units and of its operations are called, a line each.
fn words(shown: &Shown) -> Option<String> {
    let workload = shown.catalog().workload(&shown.experiment().workload)?;
    let [unit, operation] = [&workload.unit, &workload.operation];
    Some([&unit.one, &unit.many, &operation.one, &operation.many].map(String::as_str).join("\n"))
}

/// The models that have lanes, a line each: id, name, the same inside a sentence, colours on both grounds, outline, notch.
fn models(shown: &Shown) -> String {
    let mut lines = String::new();
    for trial in shown.traced() {
        let Some(model) = shown.catalog().model(&trial.planned.model) else { continue };
        let look = &model.look;
        let (shape, notched) = (look.shape as u8, u8::from(look.notched));
        // A text can always be written to.
        let _ =
            writeln!(lines, "{}\t{}\t{}\t{}\t{}\t{shape}\t{notched}", model.id, model.name, model.within, look.light, look.dark);
    }
    lines
}
