//! The keys of the lanes: they are the picture's, and the page's while nothing else has the focus.

use charts::lanes::{RowsOf, SpotStep};
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent};

use super::Ask;
use super::controls::{Controls, target};
use super::looking::STEP;
use super::playing;

/// A little of a window.
const LITTLE: f64 = 0.125;

pub(super) fn press(controls: &mut Controls, event: &Event) {
    let key: &KeyboardEvent = event.unchecked_ref();
    let is_open = controls.document.query_selector("dialog[open]").ok().flatten().is_some();
    if is_open || key.ctrl_key() || key.meta_key() || key.alt_key() || key.is_composing() {
        return;
    }
    let Some(at) = target(event) else { return };
    let is_picture = at.get_attribute("data-part").as_deref() == Some("picture");
    let is_page = matches!(at.tag_name().as_str(), "BODY" | "MAIN" | "HTML") || is_picture;
    // Elsewhere the arrows, Space and Enter are the focused thing's own.
    let has_own = !is_page;
    // A list is searched by typing.
    let is_list = at.tag_name() == "SELECT" && key.key() != "Escape";
    if is_list || (!is_page && !controls.mount.contains(Some(&at))) {
        return;
    }
    let shift = key.shift_key();
    match key.key().as_str() {
        "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" | " " | "Enter" | "Home" | "End" | "PageUp" | "PageDown"
            if has_own =>
        {
            return;
        }
        "ArrowLeft" if shift => controls.pan(-LITTLE),
        "ArrowRight" if shift => controls.pan(LITTLE),
        "ArrowLeft" => controls.painter.ask(&Ask::Step(SpotStep::Before)),
        "ArrowRight" => controls.painter.ask(&Ask::Step(SpotStep::After)),
        "ArrowUp" => controls.painter.ask(&Ask::Step(SpotStep::Above)),
        "ArrowDown" => controls.painter.ask(&Ask::Step(SpotStep::Below)),
        "PageUp" => controls.pan(-1.0),
        "PageDown" => controls.pan(1.0),
        "Home" => controls.pan_to_end(false),
        "End" => controls.pan_to_end(true),
        "+" | "=" => controls.zoom(STEP),
        "-" | "_" | "−" => controls.zoom(1.0 / STEP),
        "0" => controls.whole(),
        "Backspace" => controls.undo(),
        "Enter" => controls.show_line(),
        " " => playing::press(controls),
        "," => playing::step(controls, false),
        "." => playing::step(controls, true),
        "s" | "S" => controls.select_spot(),
        "t" | "T" => controls.switch_table(),
        "?" => controls.help(),
        "Escape" if escape(controls) => {}
        "Escape" => return,
        digit => match digit.parse::<usize>().ok().and_then(|number| RowsOf::ALL.get(number.wrapping_sub(1))) {
            Some(rows) => controls.rows(*rows),
            None => return,
        },
    }
    event.prevent_default();
    // The page has keys of its own.
    event.stop_propagation();
}

/// One thing after the other; at last the lanes close, which is the page's to do.
fn escape(controls: &mut Controls) -> bool {
    if controls.playing.is_some() {
        playing::end(controls);
    } else if controls.is_held {
        controls.let_go();
        controls.repaint();
    } else if controls.view.selected.is_some() {
        controls.select(None);
    } else {
        return false;
    }
    true
}
