//! The history: the results that this browser keeps. Their list is markup that the keeper had made; one listener for each kind of
//! event hears what is done to it.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};
use yew::{Event, Html, InputEvent, KeyboardEvent, MouseEvent, TargetCast, html};

use crate::keeper::HistoryList;
use crate::state::{CompareAction, HistoryAction, State};
use crate::view::mark::drawn;
use crate::view::{Dispatch, nothing, on};
use crate::web::{dom, files, pictures};

/// What in the list means something to a click, the innermost first. A field and a box have events of their own.
const MEANT: [&str; 6] = ["data-name", "data-tick", "data-pin", "data-delete", "data-unshare", "data-open"];

const FILE: &str = "history-file";

pub(super) fn history(state: &State, dispatch: &Dispatch) -> Html {
    let history = &state.history;
    let seek = dispatch
        .reform(|event: InputEvent| HistoryAction::Seek(event.target_unchecked_into::<HtmlInputElement>().value()).into());
    let chosen = dispatch.clone();
    html! {
        <section aria-label="History" data-testid="history" class="history">
            <div class="history-head">
                <h1 class="verdict">{ "History" }</h1>
                <span class="small muted" data-testid="history-count">{ count(history.list()) }</span>
                <button type="button" class="button" data-testid="save-all" hidden={history.list().is_none_or(|list| list.all == 0)}
                    title="Every result with its name, as one file. Delete tokens are not in it." onclick={on(dispatch, HistoryAction::SaveAll)}>
                    { "Save all as a file" }
                </button>
                <button type="button" class="button" data-testid="read-file" title="A history, a report, a run's log, a capsule"
                    onclick={|_: MouseEvent| files::choose(FILE)}>
                    { "Read a file" }
                </button>
                <input type="file" id={FILE} data-testid={FILE} hidden=true multiple=true aria-label="A file to read"
                    onchange={move |event: Event| files::chosen(&event, &chosen)} />
            </div>
            { super::notice::notices(state, dispatch) }
            <p class="small muted" data-testid="history-note" hidden={history.list().is_none_or(|list| list.note.is_empty())}>
                { history.list().map(|list| list.note.clone()).unwrap_or_default() }
            </p>
            <div class="history-find" hidden={history.list().is_none_or(|list| list.all == 0)}>
                <input type="search" class="history-search" data-testid="history-search" aria-label="Search the history"
                    placeholder="Name, workload, model, machine, or what came out" value={history.words.clone()} oninput={seek} />
                { ticked(state, dispatch) }
            </div>
            { list(state, dispatch) }
            { undo(state, dispatch) }
        </section>
    }
}

fn count(list: Option<&HistoryList>) -> String {
    let list = list.filter(|list| list.all > 0);
    list.map(|list| charts::history::shown_of(list.shown as usize, list.all as usize)).unwrap_or_default()
}

/// What is ticked, and what that is good for.
fn ticked(state: &State, dispatch: &Dispatch) -> Html {
    let ticked = state.history.list().map(|list| list.ticked.as_slice()).unwrap_or_default();
    let words = match ticked {
        [] => "Tick two results to compare them.".to_owned(),
        [(_, name)] => format!("{name} is ticked: tick another one to compare it with."),
        [(_, a), (_, b)] => format!("A: {a}. B: {b}."),
        more => format!("{} are ticked: two can be compared.", more.len()),
    };
    let compare = match ticked {
        [(a, _), (b, _)] => {
            let compare = on(dispatch, CompareAction::Open(a.clone(), b.clone()));
            html! { <button type="button" class="button" data-testid="compare" onclick={compare}>{ "Compare" }</button> }
        }
        _ => nothing(),
    };
    html! { <><p class="small muted history-ticked" data-testid="ticked">{ words }</p>{ compare }</> }
}

fn list(state: &State, dispatch: &Dispatch) -> Html {
    let Some(list) = state.history.list() else {
        return html! { <p class="muted" key="asking">{ "Looking …" }</p> };
    };
    if list.all == 0 {
        return html! {
            <div class="history-empty" key="empty" data-testid="history-empty">
                <p><strong>{ "Nothing yet." }</strong>{ " What you run, and every result that you open, comes here by itself." }</p>
                <p class="muted">
                    { "It stays in this browser, on this machine: give it a name, pin it, find it again, compare two. It is there when the \
                       server has long forgotten it. Drop a file on the page, or paste a link, to open what somebody else has measured." }
                </p>
            </div>
        };
    }
    if list.shown == 0 {
        return html! { <p class="history-empty" key="none" data-testid="history-none">{ format!("Nothing has “{}” in it.", list.words) }</p> };
    }
    let send = |hear: fn(&Element, &Dispatch)| {
        let dispatch = dispatch.clone();
        move |target: Option<Element>| {
            if let Some(target) = target {
                hear(&target, &dispatch);
            }
        }
    };
    let (changed, typed) = (send(change), dispatch.clone());
    let (click, key) = (dispatch.clone(), dispatch.clone());
    html! {
        <div key="list" data-part="history" data-testid="history-list"
            onclick={move |event: MouseEvent| clicked(&event, &click)}
            onchange={move |event: Event| changed(event.target_dyn_into())}
            oninput={move |event: InputEvent| {
                if event.target_dyn_into::<Element>().is_some_and(|field| field.has_attribute("data-name")) {
                    typed.emit(HistoryAction::Type.into());
                }
            }}
            onkeydown={move |event: KeyboardEvent| pressed(&event, &key)}>
            { drawn(list.rows.clone()) }
        </div>
    }
}

fn clicked(event: &MouseEvent, dispatch: &Dispatch) {
    let Some((meant, run)) = pictures::meant(event, &MEANT) else { return };
    let Some(target) = event.target_dyn_into::<Element>() else { return };
    let action = match meant {
        "data-pin" => HistoryAction::Pin(run, !is_pressed(&target)),
        "data-delete" => HistoryAction::Delete(run, called(&target)),
        "data-unshare" => HistoryAction::Unshare { run: attribute(&target, "data-of"), id: run },
        // A link in it leads where it leads; the words of a name and of a tick are theirs.
        "data-open" if target.closest("a, label").is_ok_and(|found| found.is_none()) => HistoryAction::Open(run),
        _ => return,
    };
    dispatch.emit(action.into());
}

/// A name has been typed, or a box ticked.
fn change(target: &Element, dispatch: &Dispatch) {
    let field: &HtmlInputElement = target.unchecked_ref();
    let action = match (field.get_attribute("data-name"), field.get_attribute("data-tick")) {
        (Some(run), _) => HistoryAction::Name(run, field.value()),
        (_, Some(run)) => HistoryAction::Tick(run, field.checked()),
        _ => return,
    };
    dispatch.emit(action.into());
}

/// Delete deletes, arrows go from one result to the next; in a name, Enter ends the typing and Escape gives it up.
fn pressed(event: &KeyboardEvent, dispatch: &Dispatch) {
    let Some(target) = event.target_dyn_into::<Element>() else { return };
    let is_name = target.has_attribute("data-name");
    match event.key().as_str() {
        "Enter" if is_name => drop(target.unchecked_ref::<HtmlInputElement>().blur()),
        "Escape" if is_name => {
            event.stop_propagation();
            let field: &HtmlInputElement = target.unchecked_ref();
            field.set_value(&field.default_value());
            drop(field.blur());
            dispatch.emit(HistoryAction::Leave.into());
        }
        "Delete" if !is_name => {
            if let Ok(Some(row)) = target.closest("[data-open]") {
                event.prevent_default();
                dispatch.emit(HistoryAction::Delete(attribute(&row, "data-open"), called(&row)).into());
            }
        }
        _ if !is_name => dom::rove(event),
        _ => {}
    }
}

fn is_pressed(target: &Element) -> bool {
    attribute(target, "aria-pressed") == "true"
}

/// The value of an attribute, of an element or of what it is in.
fn attribute(target: &Element, name: &str) -> String {
    let holder = target.closest(&format!("[{name}]")).ok().flatten();
    holder.and_then(|holder| holder.get_attribute(name)).unwrap_or_default()
}

/// What the result is called that this is in the row of.
fn called(target: &Element) -> String {
    let row = target.closest("[data-open]").ok().flatten();
    let field = row.and_then(|row| row.query_selector("[data-name]").ok().flatten());
    let Some(field) = field else { return String::new() };
    let field: &HtmlInputElement = field.unchecked_ref();
    Some(field.value()).filter(|name| !name.is_empty()).unwrap_or_else(|| field.placeholder())
}

/// For some seconds, what was deleted can be put back.
fn undo(state: &State, dispatch: &Dispatch) -> Html {
    let Some(name) = &state.history.deleted else { return nothing() };
    html! {
        <p class="deleted" data-testid="deleted">
            <span>{ "Deleted: " }<strong>{ name }</strong></span>
            <button type="button" class="button" data-testid="undo-delete" onclick={on(dispatch, HistoryAction::Undo)}>{ "Undo" }</button>
        </p>
    }
}

/// While a file is being dragged over the page: that it may be let go, and what becomes of it.
pub(super) fn drop_here(state: &State, _: &Dispatch) -> Html {
    html! {
        <div class="drop-here" data-testid="drop-here" aria-hidden="true" hidden={!state.history.dragged}>
            <p><strong>{ "Let go to open it." }</strong>{ " A report, a run's log, a capsule or a history. It stays on this machine." }</p>
        </div>
    }
}
