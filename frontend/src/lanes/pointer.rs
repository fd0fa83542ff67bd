//! The pointer on the picture: what it is at, dragging, the wheel, two fingers.

use charts::lanes::LanesView;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent, WheelEvent};

use super::Ask;
use super::controls::Controls;
use super::painter_handle::PainterHandle;

/// A pointer that has moved less than this, pixels, has clicked.
const STILL: f64 = 4.0;

/// What is done about an event.
pub(super) type Hears = fn(&mut Controls, &Event);

/// What is heard of the picture.
pub(super) const HEARD: &[(&str, Hears)] = &[
    ("pointerdown", down),
    ("pointermove", moved),
    ("pointerup", up),
    ("pointercancel", cancelled),
    ("pointerleave", left),
    ("wheel", wheel),
];

/// The pointers that are down, and what they do.
#[derive(Debug, Default)]
pub(super) struct Pointers {
    /// Id and place.
    down: Vec<(i32, (f64, f64))>,
    drag: Option<Drag>,
    /// Whether the painter has been asked what is at a place and has not answered, and the place to ask for next.
    pub(super) is_asked: bool,
    next: Option<(f64, f64, bool)>,
}

/// What is dragged.
#[derive(Clone, Debug)]
struct Drag {
    what: Dragged,
    from: (f64, f64),
    /// The view when it began.
    view: LanesView,
    is_still: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dragged {
    /// The rows and their time.
    Rows,
    /// A range is being picked out.
    Range,
    /// The window, in the strip of the whole time.
    Strip,
    /// Two fingers.
    Two,
}

impl Pointers {
    pub(super) fn ask_for_next(&mut self, painter: &PainterHandle) {
        if let Some((x, y, is_clicked)) = self.next.take_if(|_| !self.is_asked) {
            painter.ask(&Ask::Point(x, y, is_clicked));
            self.is_asked = true;
        }
    }
}

fn place(event: &Event) -> Option<(f64, f64)> {
    let event: &PointerEvent = event.unchecked_ref();
    let picture: Element = event.current_target()?.dyn_into().ok()?;
    let bounds = picture.get_bounding_client_rect();
    Some((f64::from(event.client_x()) - bounds.left(), f64::from(event.client_y()) - bounds.top()))
}

fn down(controls: &mut Controls, event: &Event) {
    let Some(at) = place(event) else { return };
    let pointer: &PointerEvent = event.unchecked_ref();
    if pointer.button() != 0 || controls.span.is_none() {
        return;
    }
    if let Some(picture) = pointer.current_target().and_then(|target| target.dyn_into::<Element>().ok()) {
        drop(picture.set_pointer_capture(pointer.pointer_id()));
    }
    controls.pointers.down.push((pointer.pointer_id(), at));
    let layout = &controls.layout;
    let what = match controls.pointers.down.len() {
        1 if at.1 < layout.strip.height + 4.0 => Dragged::Strip,
        1 if pointer.shift_key() || at.1 < layout.plot.y => Dragged::Range,
        1 => Dragged::Rows,
        _ => Dragged::Two,
    };
    let from = if what == Dragged::Two { middle(controls) } else { at };
    controls.pointers.drag = Some(Drag { what, from, view: controls.view.clone(), is_still: what != Dragged::Two });
}

/// The middle of two fingers.
fn middle(controls: &Controls) -> (f64, f64) {
    match controls.pointers.down[..] {
        [(_, a), (_, b), ..] => ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0),
        [(_, at)] => at,
        [] => (0.0, 0.0),
    }
}

/// How far apart two fingers are, from left to right.
fn apart(controls: &Controls) -> f64 {
    match controls.pointers.down[..] {
        [(_, a), (_, b), ..] => (a.0 - b.0).hypot(a.1 - b.1).max(8.0),
        _ => 8.0,
    }
}

fn moved(controls: &mut Controls, event: &Event) {
    let Some(at) = place(event) else { return };
    let pointer: &PointerEvent = event.unchecked_ref();
    let Some(drag) = controls.pointers.drag.clone() else {
        if pointer.pointer_type() != "touch" {
            controls.pointers.next = Some((at.0, at.1, false));
            controls.pointers.ask_for_next(&controls.painter);
        }
        return;
    };
    let before = apart(controls);
    if let Some(down) = controls.pointers.down.iter_mut().find(|(id, _)| *id == pointer.pointer_id()) {
        down.1 = at;
    }
    let is_still = drag.is_still && (at.0 - drag.from.0).hypot(at.1 - drag.from.1) < STILL;
    if let Some(drag) = &mut controls.pointers.drag {
        drag.is_still = is_still;
    }
    if is_still {
        return;
    }
    let Some(span) = controls.span else { return };
    let (layout, view) = (&controls.layout, &drag.view);
    let next = match drag.what {
        Dragged::Rows => {
            let by = layout.time_at(view, drag.from.0).saturating_sub(layout.time_at(view, at.0));
            let scroll = (f64::from(view.scroll) + drag.from.1 - at.1).max(0.0) as u32;
            LanesView { scroll, ..view.moved(by, span) }
        }
        Dragged::Range => {
            let ends = (layout.time_at(view, drag.from.0), layout.time_at(view, at.0));
            let (from, to) = (ends.0.min(ends.1).max(view.from), ends.0.max(ends.1).min(view.to));
            LanesView { selected: Some((from, to)).filter(|(from, to)| from < to), ..view.clone() }
        }
        Dragged::Strip => centred(controls, view, at.0),
        Dragged::Two => {
            let middle = middle(controls);
            let around = layout.time_at(&controls.view, middle.0);
            let moved = layout.time_at(&controls.view, drag.from.0).saturating_sub(around);
            let next = controls.view.zoomed(before / apart(controls), around, span).moved(moved, span);
            if let Some(drag) = &mut controls.pointers.drag {
                drag.from = middle;
            }
            next
        }
    };
    controls.go(next);
}

/// The window around a place in the strip.
fn centred(controls: &Controls, view: &LanesView, x: f64) -> LanesView {
    let Some(span) = controls.span else { return view.clone() };
    let middle = controls.layout.strip_time(span, x);
    view.moved(middle.saturating_sub(view.from + view.length() / 2), span)
}

fn up(controls: &mut Controls, event: &Event) {
    let Some(at) = place(event) else { return };
    let drag = end(controls, event);
    let Some(drag) = drag.filter(|drag| drag.is_still) else { return };
    match drag.what {
        Dragged::Strip => controls.go(centred(controls, &drag.view, at.0)),
        Dragged::Range => controls.select(None),
        Dragged::Rows => {
            // What is clicked at is held; what stands for many rows is opened.
            controls.pointers.next = Some((at.0, at.1, true));
            controls.pointers.ask_for_next(&controls.painter);
        }
        Dragged::Two => {}
    }
}

fn cancelled(controls: &mut Controls, event: &Event) {
    end(controls, event);
}

fn end(controls: &mut Controls, event: &Event) -> Option<Drag> {
    let id = event.unchecked_ref::<PointerEvent>().pointer_id();
    controls.pointers.down.retain(|(other, _)| *other != id);
    controls.pointers.drag.take()
}

fn left(controls: &mut Controls, _: &Event) {
    controls.pointers.next = None;
    if controls.pointers.drag.is_none() && !controls.is_held {
        controls.let_go();
    }
}

fn wheel(controls: &mut Controls, event: &Event) {
    let (Some((x, _)), Some(span)) = (place(event), controls.span) else { return };
    event.prevent_default();
    let wheel: &WheelEvent = event.unchecked_ref();
    // In lines, a wheel's notch is three.
    let each = if wheel.delta_mode() == WheelEvent::DOM_DELTA_LINE { 33.0 } else { 1.0 };
    let (across, down) = (wheel.delta_x() * each, wheel.delta_y() * each);
    let sideways = if wheel.shift_key() && across == 0.0 { down } else { across };
    let view = &controls.view;
    let next = if sideways.abs() > down.abs() || wheel.shift_key() {
        let by = sideways / controls.layout.plot.width.max(1.0) * view.length() as f64;
        view.moved(by as i64, span)
    } else {
        // Two fingers on a pad that pinch come as a wheel with Ctrl, in smaller steps.
        let strength = if wheel.ctrl_key() { 0.01 } else { 0.0018 };
        view.zoomed((down * strength).exp(), controls.layout.time_at(view, x), span)
    };
    controls.go(next);
}
