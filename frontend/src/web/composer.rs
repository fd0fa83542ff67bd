//! What is done in the composer: its markup is `charts`' ([`charts::compose`]), and says by attributes what a click, a key, a
//! number or a drag means, as an edit. Here it is only heard.
//!
//! A drag is one of the pointer, not of HTML, which touch screens and pens do not have. The listeners of a drag are there while it
//! goes on.

use std::cell::RefCell;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement, KeyboardEvent, MouseEvent, Window};
use yew::Callback;

/// The mark of the row that a drag is over: before it, behind it, or into it.
const OVER: &str = "data-over";

/// A step on its way.
struct Drag {
    from: String,
    /// The row that it is over, and what dropping it there means.
    over: Option<(Element, String)>,
    _listeners: [EventListener; 3],
}

thread_local! {
    static DRAG: RefCell<Option<Drag>> = const { RefCell::new(None) };
    /// Where the caret was in the number that was typed into last.
    static CARET: RefCell<Option<u32>> = const { RefCell::new(None) };
}

/// Hears the composer for as long as these are kept.
pub fn listeners(window: &Window, edit: &Callback<String>) -> [EventListener; 4] {
    ["click", "input", "keydown", "pointerdown"].map(|name| {
        let (edit, window_) = (edit.clone(), window.clone());
        EventListener::new_with_options(window, name, EventListenerOptions::enable_prevent_default(), move |event| {
            if let Some(meant) = meant(event, &window_, &edit) {
                edit.emit(meant);
            }
        })
    })
}

fn meant(event: &Event, window: &Window, edit: &Callback<String>) -> Option<String> {
    let element: Element = event.target()?.dyn_into().ok()?;
    element.closest("[data-part=composer]").ok()??;
    match event.type_().as_str() {
        "click" => holder(&element, "data-edit").map(|(_, edit)| edit),
        "input" => {
            let (_, set) = holder(&element, "data-set")?;
            let input: &HtmlInputElement = element.unchecked_ref();
            let caret = input.selection_start().ok().flatten();
            CARET.with(|place| *place.borrow_mut() = caret);
            Some(format!("{set} {}", input.value()))
        }
        "keydown" => key(event.unchecked_ref(), &element),
        _ => {
            let (_, from) = holder(&element, "data-drag")?;
            event.prevent_default();
            begin(from, window, edit);
            None
        }
    }
}

/// The nearest element with this attribute, and what that says.
fn holder(element: &Element, name: &str) -> Option<(Element, String)> {
    let holder = element.closest(&format!("[{name}]")).ok()??;
    let says = holder.get_attribute(name)?;
    Some((holder, says))
}

fn key(event: &KeyboardEvent, element: &Element) -> Option<String> {
    let (_, keys) = holder(element, "data-keys")?;
    let mut name = event.key();
    // In a number, Delete and the arrows are the number's; with Alt they are the step's everywhere.
    if element.has_attribute("data-set") && !event.alt_key() {
        return None;
    }
    for (held, modifier) in [(event.alt_key(), "Alt+"), (event.ctrl_key() || event.meta_key(), "Ctrl+")] {
        if held {
            name.insert_str(0, modifier);
        }
    }
    let edit = keys.split('|').find_map(|key| key.split_once('=').filter(|(key, _)| *key == name))?.1;
    event.prevent_default();
    Some(edit.to_owned())
}

fn begin(from: String, window: &Window, edit: &Callback<String>) {
    let edit = edit.clone();
    let listeners = ["pointermove", "pointerup", "pointercancel"].map(|name| {
        let edit = edit.clone();
        EventListener::new(window, name, move |event| match name {
            "pointermove" => go_over(event.unchecked_ref()),
            name => {
                let Some(drag) = DRAG.with(|drag| drag.borrow_mut().take()) else { return };
                if let Some((row, means)) = &drag.over {
                    drop(row.remove_attribute(OVER));
                    if name == "pointerup" {
                        edit.emit(format!("move {} {means}", drag.from));
                    }
                }
                // A listener must not be dropped while it runs.
                gloo_timers::callback::Timeout::new(0, move || drop(drag)).forget();
            }
        })
    });
    DRAG.with(|drag| *drag.borrow_mut() = Some(Drag { from, over: None, _listeners: listeners }));
}

fn go_over(event: &MouseEvent) {
    let (x, y) = (event.client_x() as f32, event.client_y());
    let document = web_sys::window().and_then(|window| window.document());
    let under = document.and_then(|document| document.element_from_point(x, y as f32));
    let row = under.and_then(|element| holder(&element, "data-drop"));
    DRAG.with(|drag| {
        let mut drag = drag.borrow_mut();
        let Some(drag) = drag.as_mut() else { return };
        if let Some((before, _)) = drag.over.take() {
            drop(before.remove_attribute(OVER));
        }
        drag.over = row.map(|(row, to)| {
            let bounds = row.get_bounding_client_rect();
            let side = match row.get_attribute("data-lower") {
                Some(lower) if f64::from(y) * 2.0 > bounds.top() + bounds.bottom() => lower,
                Some(_) => "before".to_owned(),
                None => "behind".to_owned(),
            };
            drop(row.set_attribute(OVER, &side));
            (row, format!("{side} {to}"))
        });
    });
}

/// The composer has been drawn anew while a number was typed into, and that has the focus again: so does its place in it.
pub fn put_caret(element: &Element) {
    if element.has_attribute("data-set")
        && let Some(caret) = CARET.with(|caret| *caret.borrow())
    {
        drop(element.unchecked_ref::<HtmlInputElement>().set_selection_range(caret, caret));
    }
}

/// Ends a drag without dropping; whether there was one.
pub fn give_up() -> bool {
    let drag = DRAG.with(|drag| drag.borrow_mut().take());
    if let Some((row, _)) = drag.as_ref().and_then(|drag| drag.over.as_ref()) {
        drop(row.remove_attribute(OVER));
    }
    drag.is_some()
}

/// Whether a key is pressed in a number of the composer, of which each sign is an edit: to undo it is the form's.
#[must_use]
pub fn has_its_undo(event: &KeyboardEvent) -> bool {
    event.target().and_then(|target| target.dyn_into::<Element>().ok()).is_some_and(|element| element.has_attribute("data-set"))
}
