//! The page's module for lanes, `bin/lanes.rs`: loaded beside the page the first time that lanes are opened, on the page's own
//! thread, where it fills the element of class `lanes` and starts itself once more as a worker. It is told that the page was
//! drawn by an event, and tells what a person does by another.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{CustomEvent, Document, Event, HtmlScriptElement, Window};
use yew::Callback;

use crate::state::{LanesAction, UserAction};

/// Trunk names a module's files as its binary, without a hash. Found from the page's base.
const LOADER: &str = "lanes_loader.js";

/// The page was drawn, and lanes are open or were: of the document.
pub const DRAWN: &str = "lanes-drawn";
/// What a person did there, as [`LanesAction::read`] reads it: of the element, up to the window.
pub const TELLS: &str = "lanes-tells";

/// Tells the module, once it is there, that the page was drawn while lanes are open, or with the element for them gone.
pub fn drawn(is_open: bool, failed: &Callback<UserAction>) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    if let Ok(Some(_)) = document.query_selector("script[src$='lanes_loader.js']") {
        drop(Event::new(DRAWN).and_then(|event| document.dispatch_event(&event)));
    } else if is_open {
        load(&document, failed.clone());
    }
}

fn load(document: &Document, failed: Callback<UserAction>) -> Option<()> {
    let script: HtmlScriptElement = document.create_element("script").ok()?.unchecked_into();
    script.set_type("module");
    script.set_src(LOADER);
    let gone = script.clone();
    EventListener::once(&script, "error", move |_| {
        // So that the next opening tries again.
        gone.remove();
        failed.emit(LanesAction::Fail.into());
    })
    .forget();
    document.body()?.append_child(&script).ok()?;
    Some(())
}

/// Hears what the module tells.
pub fn listener(window: &Window, dispatch: Callback<UserAction>) -> EventListener {
    EventListener::new(window, TELLS, move |event| {
        let told = event.unchecked_ref::<CustomEvent>().detail().as_string();
        if let Some(action) = told.as_deref().and_then(LanesAction::read) {
            dispatch.emit(action.into());
        }
    })
}
