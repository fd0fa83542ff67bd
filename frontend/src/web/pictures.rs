//! What is pointed at in a picture, and where the focus is in one. The markup is `charts`', and is replaced as a whole whenever
//! it is drawn anew; what a person was at in it is kept here, and found again in the new one.
//!
//! ```text
//! [data-part]         a picture, or another part of the result: what is kept is kept by its name
//! role=listbox        marks that are one stop of the tab key; the arrow keys go from one to the next
//! role=option         a mark: its label says what it is of
//! [data-marks]        the same of marks that are no options: the cells of a table
//! [data-note]         anything else that says something
//! .foot-note          where it is said; what stood there comes back
//! ```

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Event, HtmlElement, KeyboardEvent, NodeList};

/// A place in the result, by the part that it is in.
#[derive(Clone, Debug, Default)]
struct Place {
    part: String,
    /// The place among what can be focused, or among the marks.
    index: u32,
}

thread_local! {
    static FOCUSED: RefCell<Option<Place>> = const { RefCell::new(None) };
    static POINTED: RefCell<Option<Place>> = const { RefCell::new(None) };
}

const FOCUSABLE: &str = "button,select,input,summary,a,[tabindex]";
const MARKS: &str = "[role=option],[data-note]";
const LISTS: &str = "[role=listbox],[data-marks]";

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn part_of(element: &Element) -> Option<Element> {
    element.closest("[data-part]").ok()?
}

fn part(name: &str) -> Option<Element> {
    document()?.query_selector(&format!("[data-part=\"{name}\"]")).ok()?
}

fn all(part: &Element, selector: &str) -> Option<NodeList> {
    part.query_selector_all(selector).ok()
}

fn item(list: &NodeList, index: u32) -> Option<Element> {
    list.item(index)?.dyn_into().ok()
}

fn index_of(list: &NodeList, element: &Element) -> Option<u32> {
    (0..list.length()).find(|index| list.item(*index).is_some_and(|node| node.is_same_node(Some(element))))
}

fn place_of(element: &Element, selector: &str) -> Option<Place> {
    let part = part_of(element)?;
    let index = index_of(&all(&part, selector)?, element)?;
    Some(Place { part: part.get_attribute("data-part")?, index })
}

/// The focus has moved, to what the event says.
pub fn focus_moved(event: &Event) {
    let place = target(event).and_then(|element| place_of(&element, FOCUSABLE));
    FOCUSED.with(|focused| *focused.borrow_mut() = place);
}

/// The pointer is over what the event says: if that is a mark, it is told.
pub fn point(event: &Event) {
    let Some(element) = target(event) else { return };
    match element.closest(MARKS).ok().flatten() {
        Some(mark) => point_at(&mark),
        // Between two marks the last one is still told.
        None if element.closest(LISTS).is_ok_and(|list| list.is_some()) => {}
        None => unpoint(),
    }
}

/// An arrow key in a list of marks goes to the next; Enter means what a click on the mark does.
pub fn key(event: &KeyboardEvent) {
    let Some(list) = target(event).filter(|element| element.matches(LISTS).is_ok_and(|is| is)) else { return };
    let Some(marks) = all(&list, MARKS).filter(|marks| marks.length() > 0) else { return };
    let last = marks.length() - 1;
    let now = (0..=last).find(|index| item(&marks, *index).is_some_and(|mark| is_pointed_at(&mark)));
    let to = match (event.key().as_str(), now) {
        ("ArrowRight" | "ArrowDown" | "ArrowLeft" | "ArrowUp", None) | ("Home", _) => 0,
        ("ArrowRight" | "ArrowDown", Some(now)) => (now + 1).min(last),
        ("ArrowLeft" | "ArrowUp", Some(now)) => now.saturating_sub(1),
        ("End", _) => last,
        ("Enter" | " ", Some(now)) => {
            event.prevent_default();
            if let Some(mark) = item(&marks, now) {
                mark.unchecked_ref::<HtmlElement>().click();
            }
            return;
        }
        _ => return,
    };
    event.prevent_default();
    if let Some(mark) = item(&marks, to) {
        point_at(&mark);
    }
}

fn is_pointed_at(mark: &Element) -> bool {
    mark.get_attribute(selects(mark)).as_deref() == Some("true")
}

/// What says of a mark that it is pointed at. Only an option may be selected.
fn selects(mark: &Element) -> &'static str {
    if mark.get_attribute("role").as_deref() == Some("option") { "aria-selected" } else { "data-pointed" }
}

fn point_at(mark: &Element) {
    let Some(part) = part_of(mark) else { return };
    if is_pointed_at(mark) {
        return;
    }
    leave(&part);
    drop(mark.set_attribute(selects(mark), "true"));
    if let (Some(list), Some(id)) = (mark.closest("[role=listbox]").ok().flatten(), mark.get_attribute("id")) {
        drop(list.set_attribute("aria-activedescendant", &id));
    }
    let words = mark.get_attribute("data-note").or_else(|| mark.get_attribute("aria-label"));
    if let (Some(words), Some(note)) = (words, part.query_selector(".foot-note").ok().flatten()) {
        if note.get_attribute("data-was").is_none() {
            drop(note.set_attribute("data-was", &note.text_content().unwrap_or_default()));
        }
        note.set_text_content(Some(&words));
    }
    let place = place_of(mark, MARKS);
    POINTED.with(|pointed| *pointed.borrow_mut() = place);
}

/// Nothing is pointed at any more in this part; its note says what it said before.
fn leave(part: &Element) {
    if let Some(mark) = part.query_selector("[aria-selected=true],[data-pointed=true]").ok().flatten() {
        drop(mark.set_attribute(selects(&mark), "false"));
    }
    if let Some(note) = part.query_selector(".foot-note[data-was]").ok().flatten() {
        note.set_text_content(note.get_attribute("data-was").as_deref());
        drop(note.remove_attribute("data-was"));
    }
}

/// The pointer has left the result.
pub fn unpoint() {
    if let Some(place) = POINTED.with(|pointed| pointed.borrow_mut().take())
        && let Some(part) = part(&place.part)
    {
        leave(&part);
    }
}

/// Something has been drawn anew: the focus goes back to where it was, and what was pointed at is told again.
pub fn find_again() {
    let lost = document().and_then(|document| document.active_element()).is_none_or(|element| element.tag_name() == "BODY");
    if lost && let Some(element) = FOCUSED.with(|focused| find(focused.borrow().as_ref(), FOCUSABLE)) {
        drop(element.unchecked_ref::<HtmlElement>().focus());
        super::composer::put_caret(&element);
    }
    if let Some(mark) = POINTED.with(|pointed| find(pointed.borrow().as_ref(), MARKS)) {
        point_at(&mark);
    }
}

fn find(place: Option<&Place>, selector: &str) -> Option<Element> {
    let place = place?;
    item(&all(&part(&place.part)?, selector)?, place.index)
}

/// What a click in the result means: the name and the value of the nearest such attribute.
#[must_use]
pub fn meant(event: &Event, names: &[&'static str]) -> Option<(&'static str, String)> {
    let element = target(event)?;
    names.iter().find_map(|name| {
        let holder = element.closest(&format!("[{name}]")).ok()??;
        Some((*name, holder.get_attribute(name)?))
    })
}
