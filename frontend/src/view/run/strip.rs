//! The trial strip: one cell a trial, in the order in which they are really run. It is the progress bar, and it explains the
//! method by being seen.

use charts::Kind;
use protocol::{Catalog, PlannedTrial, RunState};
use yew::{AttrValue, Html, KeyboardEvent, Properties, component, html};

use super::density;
use crate::state::{PageAction, ResultAction, Shown, State};
use crate::view::mark::{colours_of, drawn};
use crate::view::{Dispatch, nothing, on};
use crate::web::dom;

/// More trials than this are a bar, so that the strip leaves the sentence in view: one by one if somebody asks, in smaller cells.
const MANY: usize = 120;
/// As many cells are compared, and drawn, together. A component costs about as much as drawing some cells does: one for each cell
/// would make the strip dearer.
const TOGETHER: usize = 15;

pub(in crate::view) fn strip(state: &State, dispatch: &Dispatch) -> Html {
    let Some(catalog) = state.server.catalog.as_deref() else { return nothing() };
    let shown = state.run.shown();
    let of_shown = shown.map(|shown| shown.run.planned());
    let plan = of_shown.as_deref().unwrap_or(state.form.plan());
    let catalog = shown.map_or(catalog, Shown::catalog);
    let (many, whole) = (plan.len() > MANY, state.page.whole_strip);
    if many && !whole {
        return html! {
            <>
                { density::bar(shown, plan, catalog) }
                { opener(false, dispatch) }
            </>
        };
    }
    let rove = |event: KeyboardEvent| dom::rove(&event);
    let mut faces = Faces { catalog, known: Vec::new() };
    let cells: Vec<Cell> = plan.iter().map(|planned| cell(shown, planned, &mut faces)).collect();
    html! {
        <>
            <div class={if many { "strip many" } else { "strip" }} role="group" data-testid="strip" data-roving="true"
                aria-label="Trials in the order in which they are run" onkeydown={rove}>
                { for cells.chunks(TOGETHER).map(|cells| html! {
                    <Together cells={cells.to_vec()} dispatch={dispatch.clone()} />
                }) }
            </div>
            { if many { opener(true, dispatch) } else { nothing() } }
        </>
    }
}

/// Between the bar and the cells.
fn opener(open: bool, dispatch: &Dispatch) -> Html {
    let onclick = on(dispatch, PageAction::ShowWholeStrip(!open));
    html! {
        <button type="button" class="link" key="opener" data-testid="strip-open" aria-expanded={open.to_string()} {onclick}>
            { if open { "As a bar" } else { "Each trial" } }
        </button>
    }
}

/// What a cell is drawn from.
#[derive(Clone, Debug, PartialEq)]
struct Cell {
    order: u64,
    repetition: u64,
    /// How its trial stands.
    word: &'static str,
    disturbed: bool,
    /// Whether the Tab key stops here.
    is_stop: bool,
    face: Face,
}

/// What the cells of a model have in common: its name, its colours and its mark.
#[derive(Clone, Debug, PartialEq)]
struct Face {
    name: AttrValue,
    colours: AttrValue,
    mark: AttrValue,
}

/// The faces that have been made.
struct Faces<'a> {
    catalog: &'a Catalog,
    known: Vec<(&'a PlannedTrial, Face)>,
}

impl<'a> Faces<'a> {
    fn of(&mut self, planned: &'a PlannedTrial) -> Face {
        let same = |known: &&(&PlannedTrial, Face)| known.0.model == planned.model && known.0.role == planned.role;
        if let Some((_, face)) = self.known.iter().find(same) {
            return face.clone();
        }
        let face = Face {
            name: charts::named(self.catalog, &planned.model, planned.role).into(),
            colours: colours_of(self.catalog, &planned.model).into(),
            mark: charts::mark(self.catalog.model(&planned.model), Kind::of(planned.role)).into(),
        };
        self.known.push((planned, face.clone()));
        face
    }
}

fn cell<'a>(shown: Option<&Shown>, planned: &'a PlannedTrial, faces: &mut Faces<'a>) -> Cell {
    let trial = shown.and_then(|shown| shown.run.trial(planned.order));
    let running = shown.and_then(|shown| shown.run.running).map(|running| running.order);
    // Where the run is: not back at the first between two trials.
    let stop = shown.filter(|shown| shown.run.state == RunState::Running).map_or(0, |shown| shown.run.trials.len() as u64);
    Cell {
        order: planned.order,
        repetition: planned.repetition,
        word: match trial {
            Some(trial) => trial.status.word(),
            None if running == Some(planned.order) => "running",
            None => "planned",
        },
        disturbed: trial.is_some_and(|trial| trial.disturbed),
        is_stop: planned.order == stop,
        face: faces.of(planned),
    }
}

#[derive(Clone, Debug, Properties)]
struct CellsTogether {
    cells: Vec<Cell>,
    /// Always the same.
    dispatch: Dispatch,
}

impl PartialEq for CellsTogether {
    fn eq(&self, other: &Self) -> bool {
        self.cells == other.cells
    }
}

/// Some neighbouring cells: those that no trial has changed stay as they are.
#[component]
fn Together(together: &CellsTogether) -> Html {
    html! { <>{ for together.cells.iter().map(|cell| button(cell, &together.dispatch)) }</> }
}

/// One item of the strip; the arrow keys go from one to the next, the Tab key past them all.
fn button(cell: &Cell, dispatch: &Dispatch) -> Html {
    let Cell { order, repetition, word, disturbed, is_stop, ref face } = *cell;
    let label = format!(
        "Trial {}: {}, repetition {}, {word}{}",
        order + 1,
        face.name,
        repetition + 1,
        if disturbed { ", disturbed by others" } else { "" }
    );
    let onclick = on(dispatch, ResultAction::OpenTrial(Some(order)));
    html! {
        <button type="button" class="cell m" style={face.colours.clone()} key={order} data-testid="trial-cell"
            data-state={word} data-order={order.to_string()} data-disturbed={disturbed.then_some("true")} data-item="true"
            tabindex={if is_stop { "0" } else { "-1" }} title={label.clone()} aria-label={label} {onclick}>
            { drawn(face.mark.clone()) }
        </button>
    }
}
