//! The few things around the document: address, clipboard, focus, dialogs, the stored theme.

use protocol::link::{self, Line};
use protocol::{Links, Reach};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, Element, Event, HtmlDialogElement, HtmlElement, HtmlTextAreaElement, KeyboardEvent, MouseEvent, Url, Window,
};

use crate::edition::{Edition, path_below};
use crate::state::Address;

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}

/// Which edition this page says that it is.
#[must_use]
pub fn edition() -> Edition {
    let told = document().and_then(|document| document.query_selector("meta[name=interleave-edition][content=static]").ok()?);
    told.map_or(Edition::Served, |_| Edition::Static)
}

/// The path of the document's base, below which everything is that is the page's.
fn base() -> String {
    let uri = document().and_then(|document| document.base_uri().ok()?).unwrap_or_default();
    Url::new(&uri).map_or_else(|_| "/".to_owned(), |url| url.pathname())
}

/// What the address bar holds, as the state knows addresses: from the page's base on.
#[must_use]
pub fn place() -> Address {
    let Some(location) = window().map(|window| window.location()) else { return Address::default() };
    let after = |part: Result<String, JsValue>, mark: char| {
        let part = part.unwrap_or_default();
        part.strip_prefix(mark).unwrap_or(&part).to_owned()
    };
    let path = path_below(&base(), &location.pathname().unwrap_or_default());
    let (path, query) = link::in_path(&path, &after(location.search(), '?'));
    Address { path, query, fragment: after(location.hash(), '#') }
}

/// Where links begin if no server says so: where this page lies.
#[must_use]
pub fn links() -> Links {
    let base = document().and_then(|document| document.base_uri().ok()?).unwrap_or_default();
    let host = Url::new(&base).map(|url| url.hostname()).unwrap_or_default();
    let here =
        host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]" || host.is_empty();
    Links { base: base.trim_end_matches('/').to_owned(), reach: if here { Reach::Loopback } else { Reach::Public } }
}

/// Writes the address bar, as a new entry of the history or over the present one. A browser that has had enough of it for the
/// moment refuses: the next writing makes up for it.
pub fn write_address(url: &str, new_entry: bool) {
    let Some(history) = window().and_then(|window| window.history().ok()) else { return };
    let write = if new_entry { web_sys::History::push_state_with_url } else { web_sys::History::replace_state_with_url };
    drop(write(&history, &JsValue::NULL, "", Some(&edition().address(url))));
}

/// Copies a text; whether it worked.
pub async fn copy(text: &str) -> bool {
    let Some(window) = window() else { return false };
    // `navigator.clipboard` is undefined on a page that was not served from this machine or by https.
    let clipboard = js_sys::Reflect::get(&window.navigator(), &"clipboard".into()).is_ok_and(|value| !value.is_undefined());
    if clipboard && JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok() {
        return true;
    }
    copy_by_selection(text).unwrap_or(false)
}

/// The old way: select a text in the page and have the document copy it.
fn copy_by_selection(text: &str) -> Option<bool> {
    let document = document()?;
    let area: HtmlTextAreaElement = document.create_element("textarea").ok()?.unchecked_into();
    area.set_value(text);
    document.body()?.append_child(&area).ok()?;
    area.select();
    let command = js_sys::Reflect::get(&document, &"execCommand".into()).ok()?;
    let command: js_sys::Function = command.dyn_into().ok()?;
    let copied = command.call1(&document, &"copy".into()).is_ok_and(|copied| copied.is_truthy());
    area.remove();
    Some(copied)
}

/// Moves the focus to the element with this id, and it into view.
pub fn focus(id: &str) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id)) {
        drop(element.unchecked_ref::<HtmlElement>().focus());
    }
}

/// Does what a click on the element with this id does.
pub fn click(id: &str) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id)) {
        element.unchecked_ref::<HtmlElement>().click();
    }
}

/// Whether a text is the address of something of this page's server.
#[must_use]
pub fn is_of_this_server(text: &str) -> bool {
    let origin = window().and_then(|window| window.location().origin().ok());
    Url::new(text).is_ok_and(|url| Some(url.origin()) == origin)
}

/// Loads this address in place of the page.
pub fn load(address: &str) {
    if let Some(window) = window() {
        drop(window.location().assign(address));
    }
}

/// Opens or closes a dialog; the browser keeps the focus inside and gives it back.
pub fn set_dialog(id: &str, open: bool) {
    let Some(element) = document().and_then(|document| document.get_element_by_id(id)) else { return };
    let dialog: &HtmlDialogElement = element.unchecked_ref();
    match (open, dialog.open()) {
        (true, false) => drop(dialog.show_modal()),
        (false, true) => dialog.close(),
        _ => {}
    }
}

/// Sets the document's title.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Stores a choice of theme and shows it; `None` goes by the system's.
pub fn set_theme(theme: Option<&str>) {
    let root = document().and_then(|document| document.document_element());
    let storage = window().and_then(|window| window.local_storage().ok().flatten());
    match theme {
        Some(theme) => {
            drop(root.map(|root| root.set_attribute("data-theme", theme)));
            drop(storage.map(|storage| storage.set_item("theme", theme)));
        }
        None => {
            drop(root.map(|root| root.remove_attribute("data-theme")));
            drop(storage.map(|storage| storage.remove_item("theme")));
        }
    }
}

/// The stored choice of theme.
#[must_use]
pub fn stored_theme() -> Option<String> {
    window()?.local_storage().ok()??.get_item("theme").ok()?
}

/// Whether the system asks for dark.
#[must_use]
pub fn system_is_dark() -> bool {
    window()
        .and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok().flatten())
        .is_some_and(|query| query.matches())
}

/// Whether somebody can see the page: not in a tab behind another one.
#[must_use]
pub fn is_seen() -> bool {
    document().is_none_or(|document| !document.hidden())
}

/// Milliseconds since 1970.
#[must_use]
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// A point in time by the browser's clock and zone: "24 Nov 2026, 08:37". Not by the browser's own words for dates: loading those
/// takes tens of milliseconds, and the page is in one language.
#[must_use]
pub fn date(ms: u64) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let at = js_sys::Date::new(&JsValue::from_f64(ms as f64));
    let month = MONTHS.get(at.get_month() as usize).filter(|_| !at.get_time().is_nan());
    let Some(month) = month else { return "at an unknown time".to_owned() };
    format!("{} {month} {}, {:02}:{:02}", at.get_date(), at.get_full_year(), at.get_hours(), at.get_minutes())
}

/// Whether what is typed now goes into a text, which has an undo of its own.
#[must_use]
pub fn edits_text(event: &KeyboardEvent) -> bool {
    let Some(element) = target(event) else { return false };
    match element.tag_name().as_str() {
        "TEXTAREA" => true,
        "INPUT" => !matches!(element.get_attribute("type").as_deref(), Some("checkbox" | "radio" | "range")),
        _ => false,
    }
}

/// Whether a letter means something where the focus is: a text, or a list that is searched by typing.
#[must_use]
pub fn takes_letters(event: &KeyboardEvent) -> bool {
    edits_text(event) || target(event).is_some_and(|element| element.tag_name() == "SELECT")
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// Whether what has been opened or closed is open now.
#[must_use]
pub fn is_open(event: &Event) -> bool {
    target(event).is_some_and(|element| element.has_attribute("open"))
}

/// Whether a dialog is open, whose keys these are.
#[must_use]
pub fn in_dialog() -> bool {
    document().and_then(|document| document.query_selector("dialog[open]").ok().flatten()).is_some()
}

/// Arrow keys move the focus among the marked items of a group: many items, one stop of the Tab key.
pub fn rove(event: &KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => 1,
        "ArrowLeft" | "ArrowUp" => -1,
        "Home" => i64::MIN,
        "End" => i64::MAX,
        _ => return,
    };
    let Some(item) = target(event) else { return };
    let Some(items) = item.closest("[data-roving]").ok().flatten().and_then(|group| group.query_selector_all("[data-item]").ok())
    else {
        return;
    };
    let at = (0..items.length()).find(|index| items.item(*index).is_some_and(|node| node.is_same_node(Some(&item))));
    // From the group itself, if it can have the focus, one comes to its first.
    let before = item.has_attribute("data-roving").then_some(-1);
    let Some(at) = at.map(i64::from).or(before) else { return };
    let to = at.saturating_add(step).min(i64::from(items.length()) - 1).max(0);
    if let Some(node) = u32::try_from(to).ok().and_then(|to| items.item(to)) {
        event.prevent_default();
        drop(node.unchecked_ref::<HtmlElement>().focus());
    }
}

/// The line whose number is under the pointer: what `charts` draws says it by an id, `L-tokio-23`.
#[must_use]
pub fn line_of(event: &MouseEvent) -> Option<Line> {
    let element: Element = event.target()?.dyn_into().ok()?;
    let id = element.closest("a[id^=L-]").ok()??.id();
    let (model, number) = id.get(2..)?.rsplit_once('-')?;
    Some(Line { model: model.to_owned(), number: number.parse().ok()? })
}

/// Loads the page again, once for each page: if the server has no other, loading again and again would not help.
pub fn reload_once(page: &str) {
    const LOADED_AGAIN: &str = "loaded-again";
    let Some(window) = window() else { return };
    let Some(storage) = window.session_storage().ok().flatten() else { return };
    let before = storage.get_item(LOADED_AGAIN).ok().flatten();
    if before.as_deref() != Some(page) && storage.set_item(LOADED_AGAIN, page).is_ok() {
        let _ = window.location().reload();
    }
}
