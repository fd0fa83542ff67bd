//! What a person brings to the page: files that are dropped anywhere, pasted, or chosen, and text that is pasted. They are read,
//! and handed on as bytes; nothing in them is looked at here.

use gloo_events::{EventListener, EventListenerOptions};
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, Element, Event, File, FileList, HtmlInputElement, Window};
use yew::Callback;

use super::dom;
use crate::keeper::Carrier;
use crate::state::{HistoryAction, MOST_BYTES, UserAction};

/// More files at once are not what somebody meant.
const MOST_FILES: u32 = 20;

/// Hears what is dragged over the page, dropped on it and pasted into it.
#[must_use]
pub fn listeners(window: &Window, dispatch: &Callback<UserAction>) -> Vec<EventListener> {
    let options = EventListenerOptions::enable_prevent_default();
    let listen = |name: &'static str, hears: fn(&Event, &Callback<UserAction>)| {
        let dispatch = dispatch.clone();
        EventListener::new_with_options(window, name, options, move |event| hears(event, &dispatch))
    };
    vec![
        listen("dragenter", |event, dispatch| {
            if brings_files(event) {
                event.prevent_default();
                dispatch.emit(HistoryAction::Drag(true).into());
            }
        }),
        // Without this a browser opens what is dropped in place of the page.
        listen("dragover", |event, _| {
            if brings_files(event) {
                event.prevent_default();
            }
        }),
        listen("dragleave", |event, dispatch| {
            let event: &DragEvent = event.unchecked_ref();
            // From one element to another of the page it is still over the page.
            if event.related_target().is_none() {
                dispatch.emit(HistoryAction::Drag(false).into());
            }
        }),
        listen("drop", |event, dispatch| {
            if brings_files(event) {
                event.prevent_default();
                dispatch.emit(HistoryAction::Drag(false).into());
                read(event.unchecked_ref::<DragEvent>().data_transfer().and_then(|brought| brought.files()), dispatch);
            }
        }),
        listen("paste", |event, dispatch| paste(event.unchecked_ref(), dispatch)),
    ]
}

fn brings_files(event: &Event) -> bool {
    let brought: Option<DataTransfer> = event.unchecked_ref::<DragEvent>().data_transfer();
    brought.is_some_and(|brought| brought.types().includes(&"Files".into(), 0))
}

/// What is pasted into a field is the field's.
fn paste(event: &ClipboardEvent, dispatch: &Callback<UserAction>) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let is_of_a_field =
        target.is_some_and(|element| element.closest("input, textarea, select").is_ok_and(|field| field.is_some()));
    let Some(brought) = event.clipboard_data().filter(|_| !is_of_a_field && !dom::in_dialog()) else { return };
    if brought.files().is_some_and(|files| files.length() > 0) {
        event.prevent_default();
        return read(brought.files(), dispatch);
    }
    let text = brought.get_data("text/plain").unwrap_or_default();
    if dom::is_of_this_server(text.trim()) && !text.contains('#') {
        // A link to an experiment, a run or a stored result: it is opened as if it had been clicked.
        event.prevent_default();
        dom::load(text.trim());
    } else if !text.trim().is_empty() {
        event.prevent_default();
        dispatch.emit(taken(text.len() as f64, "What was pasted", || Carrier::Text(text)).into());
    }
}

/// Has a person choose a file in the field with this id.
pub fn choose(id: &str) {
    dom::click(id);
}

/// Reads what was chosen in a field for files.
pub fn chosen(event: &Event, dispatch: &Callback<UserAction>) {
    let Some(field) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
    read(field.files(), dispatch);
    // The same file can be chosen again.
    field.set_value("");
}

fn read(files: Option<FileList>, dispatch: &Callback<UserAction>) {
    let Some(files) = files else { return };
    for file in (0..files.length().min(MOST_FILES)).filter_map(|index| files.get(index)) {
        let dispatch = dispatch.clone();
        spawn_local(async move { dispatch.emit(read_one(&file).await.into()) });
    }
}

async fn read_one(file: &File) -> HistoryAction {
    if file.size() > MOST_BYTES as f64 {
        return taken(file.size(), &file.name(), || Carrier::Bytes(Vec::new()));
    }
    match JsFuture::from(file.array_buffer()).await {
        Ok(buffer) => HistoryAction::Take(Carrier::Bytes(Uint8Array::new(&buffer).to_vec())),
        Err(_) => HistoryAction::Refuse(format!("{} cannot be read.", file.name())),
    }
}

/// What is made of so many bytes.
fn taken(bytes: f64, what: &str, carrier: impl FnOnce() -> Carrier) -> HistoryAction {
    if bytes <= MOST_BYTES as f64 {
        return HistoryAction::Take(carrier());
    }
    let (has, most) = (bytes / f64::from(1 << 20), MOST_BYTES >> 20);
    HistoryAction::Refuse(format!("{what} is not opened: it has {} MiB; accepted: up to {most} MiB.", has.round() as u64))
}
