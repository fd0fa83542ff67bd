//! What is alive while lanes are open, on the page's own thread: what is looked at, the worker that paints it, and who hears what
//! a person does.
//!
//! ```text
//! OPEN ── Controls ─┬─ worker      the painter; ends with the controls
//!                   ├─ listeners   buttons, pointer, keys, size, colours
//!                   ├─ frame       the next picture is asked for when the browser is about to draw
//!                   └─ settle      once a view has stayed for a moment, words and address follow
//! ```

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use charts::lanes::{LanesView, Layout, Palette, RowsOf};
use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    CustomEvent, CustomEventInit, Document, Element, Event, EventTarget, HtmlButtonElement, HtmlDialogElement, HtmlElement,
    HtmlInputElement, Window,
};

use super::looking::STEP;
use super::opening::Opening;
use super::painter_handle::PainterHandle;
use super::playing::Playing;
use super::pointer::Pointers;
use super::{Ask, SpotWords, keys, picture, playing, pointer};
use crate::web::lanes::{DRAWN, TELLS};

/// Everything that stays where it is while lanes are open.
const HTML: &str = include_str!("lanes.html");
const STYLES: &str = include_str!("lanes.css");
const STYLES_ID: &str = "lanes-styles";

thread_local! {
    static OPEN: RefCell<Option<Shared>> = const { RefCell::new(None) };
}

/// The controls, for whoever acts on them.
pub(super) type Shared = Rc<RefCell<Controls>>;

/// What is alive while lanes are open.
pub(super) struct Controls {
    pub(super) window: Window,
    pub(super) document: Document,
    /// The element that the page leaves to them.
    pub(super) mount: Element,
    pub(super) painter: PainterHandle,
    pub(super) view: LanesView,
    /// From when to when there are lanes; nothing before that is known.
    pub(super) span: Option<(i64, i64)>,
    /// Where what was painted last is.
    pub(super) layout: Layout,
    pub(super) palette: Palette,
    /// The views before this one.
    pub(super) before: Vec<LanesView>,
    /// When it was changed last, by the browser's clock.
    pub(super) changed: f64,
    /// What is pointed at, and whether it stays while the pointer goes on.
    pub(super) spot: Option<SpotWords>,
    pub(super) is_held: bool,
    pub(super) pointers: Pointers,
    pub(super) playing: Option<Playing>,
    /// Whether a picture is to be asked for, is being painted, or waits for the browser's next frame.
    pub(super) is_due: bool,
    pub(super) is_painting: bool,
    pub(super) awaits_frame: bool,
    /// How wide the picture was when it was asked for last.
    pub(super) asked_width: i32,
    pub(super) frame: Option<Closure<dyn FnMut(f64)>>,
    settle: Option<Timeout>,
    /// What the page was told last.
    told: String,
    pub(super) listeners: Vec<EventListener>,
}

/// Opens lanes when the page has drawn the element for them, and ends them when it is gone; now and whenever it says so.
pub fn watch() {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    look(&document);
    let watched = document.clone();
    EventListener::new(&document, DRAWN, move |_| look(&watched)).forget();
}

fn look(document: &Document) {
    let mount = document.query_selector(".lanes").ok().flatten();
    let open = OPEN.with_borrow(Clone::clone);
    match (mount, open) {
        (Some(mount), Some(open)) if open.borrow().mount == mount => open.borrow_mut().page_was_drawn(),
        (mount, _) => {
            // The former ones end first.
            OPEN.set(None);
            OPEN.set(mount.and_then(|mount| Controls::open(document, mount)));
        }
    }
}

impl Controls {
    fn open(document: &Document, mount: Element) -> Option<Shared> {
        let window = document.default_view()?;
        if document.get_element_by_id(STYLES_ID).is_none() {
            let styles = document.create_element("style").ok()?;
            styles.set_id(STYLES_ID);
            styles.set_text_content(Some(STYLES));
            document.query_selector("head").ok()??.append_child(&styles).ok()?;
        }
        mount.set_inner_html(HTML);
        let mut opening = Opening::read(|name| mount.get_attribute(name));
        let view = mount.get_attribute("data-view").and_then(|text| LanesView::of_text(&text));
        opening.first = view.as_ref().map(|view| (view.from, view.to));
        let shared = Rc::new_cyclic(|this: &Weak<RefCell<Self>>| {
            let painter = PainterHandle::start(document, &mount, this);
            let is_there = painter.is_some();
            let controls = Self {
                palette: picture::palette(&window, document),
                painter: painter.unwrap_or_default(),
                window,
                document: document.clone(),
                mount,
                // A window without a length is none: all is looked at.
                view: view.unwrap_or_default(),
                span: None,
                layout: Layout::default(),
                before: Vec::new(),
                changed: 0.0,
                spot: None,
                is_held: false,
                pointers: Pointers::default(),
                playing: None,
                is_due: false,
                is_painting: false,
                awaits_frame: false,
                asked_width: 0,
                frame: None,
                settle: None,
                told: String::new(),
                listeners: Vec::new(),
            };
            if !is_there {
                controls.fail("This browser cannot draw beside the page: the lanes need an OffscreenCanvas.");
            }
            RefCell::new(controls)
        });
        let mut controls = shared.borrow_mut();
        controls.listeners = listeners(&shared, &controls);
        controls.frame = Some(picture::on_frame(&shared));
        controls.set_source();
        controls.painter.ask(&Ask::Open(Box::new(opening)));
        controls.focus("picture");
        drop(controls);
        Some(shared)
    }

    /// What the page says of them, and their export.
    fn set_source(&self) {
        let Some(link) = self.part("trace") else { return };
        let is_address = |name: &str| self.mount.get_attribute(name).filter(|address| !address.is_empty());
        drop(match (is_address("data-trace"), is_address("data-columns")) {
            (Some(address), _) => link.set_attribute("href", &address),
            // It is made here.
            (None, Some(_)) => link.remove_attribute("download").and_then(|()| link.set_attribute("href", "#")),
            (None, None) => link.set_attribute("hidden", ""),
        });
    }

    /// What has this name in the page.
    pub(super) fn part(&self, name: &str) -> Option<Element> {
        self.mount.query_selector(&format!("[data-part={name}]")).ok().flatten()
    }

    pub(super) fn fill(&self, name: &str, html: &str) {
        if let Some(part) = self.part(name) {
            part.set_inner_html(html);
        }
    }

    /// The same of plain text.
    pub(super) fn write(&self, name: &str, text: &str) {
        if let Some(part) = self.part(name) {
            part.set_text_content(Some(text));
        }
    }

    pub(super) fn focus(&self, name: &str) {
        if let Some(part) = self.part(name) {
            drop(part.unchecked_into::<HtmlElement>().focus());
        }
    }

    pub(super) fn show(&self, name: &str, is_shown: bool) {
        if let Some(part) = self.part(name) {
            part.unchecked_into::<HtmlElement>().set_hidden(!is_shown);
        }
    }

    /// The button that does this.
    pub(super) fn button(&self, what: &str) -> Option<HtmlButtonElement> {
        self.mount.query_selector(&format!("[data-do={what}]")).ok().flatten().map(JsCast::unchecked_into)
    }

    /// What a file of them is called, without its ending.
    pub(super) fn name(&self) -> String {
        format!("interleave-{}", self.mount.get_attribute("data-run").unwrap_or_default())
    }

    /// What a screen reader says next.
    pub(super) fn say(&self, text: &str) {
        self.write("said", text);
    }

    pub(super) fn fail(&self, why: &str) {
        self.write("failed", why);
        self.show("failed", true);
        if self.span.is_none() {
            self.write("window", "");
            self.show("columns", false);
            drop(self.mount.set_attribute("data-state", "none"));
        }
    }

    /// Tells the page, once everything here is done with what it is at.
    pub(super) fn tell(&self, told: String) {
        let mount = self.mount.clone();
        spawn_local(async move {
            let options = CustomEventInit::new();
            options.set_bubbles(true);
            options.set_detail(&JsValue::from_str(&told));
            if let Ok(event) = CustomEvent::new_with_event_init_dict(TELLS, &options) {
                drop(mount.dispatch_event(&event));
            }
        });
    }

    /// Nothing is pointed at any more.
    pub(super) fn let_go(&mut self) {
        (self.is_held, self.spot) = (false, None);
        self.painter.ask(&Ask::Leave);
    }

    pub(super) fn now(&self) -> f64 {
        self.window.performance().map_or(0.0, |performance| performance.now())
    }

    /// Words, figures and the address follow a view that stays.
    pub(super) fn settle_later(&mut self) {
        const STAYS_MS: u32 = 150;
        let Some(this) = OPEN.with_borrow(|open| open.as_ref().map(Rc::downgrade)) else { return };
        self.settle = Some(Timeout::new(STAYS_MS, move || {
            if let Some(controls) = this.upgrade() {
                controls.borrow_mut().settled();
            }
        }));
    }

    pub(super) fn settled(&mut self) {
        self.settle = None;
        self.check_width();
        let is_table = self.part("table").is_some_and(|table| !table.has_attribute("hidden"));
        self.painter.ask(&Ask::Words(is_table));
        let text = self.view.to_text();
        if text != self.told {
            self.tell(format!("view {text}"));
            self.told = text;
        }
    }

    fn page_was_drawn(&mut self) {
        self.light();
        self.recolour();
    }

    pub(super) fn recolour(&mut self) {
        let palette = picture::palette(&self.window, &self.document);
        if palette != self.palette {
            self.palette = palette;
            self.repaint();
        }
    }

    /// The line that is pointed at, and no other, is lit in the page's code.
    pub(super) fn light(&self) {
        if let Ok(Some(lit)) = self.document.query_selector(".line.lit") {
            drop(lit.class_list().remove_1("lit"));
        }
        let Some((model, line)) = self.spot.as_ref().and_then(|spot| spot.line.as_ref()) else { return };
        let number = self.document.get_element_by_id(&format!("L-{model}-{line}"));
        if let Some(line) = number.and_then(|number| number.parent_element()) {
            drop(line.class_list().add_1("lit"));
        }
    }

    /// What a button does.
    fn press(&mut self, what: &str, event: &Event) {
        match what {
            "close" => self.tell("close".to_owned()),
            "in" => self.zoom(STEP),
            "out" => self.zoom(1.0 / STEP),
            "whole" => self.whole(),
            "undo" => self.undo(),
            "help" => self.help(),
            "table" => self.switch_table(),
            "play" => playing::press(self),
            "before" => playing::step(self, false),
            "after" => playing::step(self, true),
            "show" => self.show_line(),
            "trace" if self.mount.get_attribute("data-trace").is_none_or(|address| address.is_empty()) => {
                event.prevent_default();
                self.painter.ask(&Ask::Trace);
            }
            _ => {}
        }
    }

    pub(super) fn help(&self) {
        if let Some(dialog) = self.part("keys") {
            drop(dialog.unchecked_into::<HtmlDialogElement>().show_modal());
        }
    }

    pub(super) fn switch_table(&mut self) {
        let Some(table) = self.part("table") else { return };
        let is_shown = table.has_attribute("hidden");
        self.show("table", is_shown);
        if let Some(button) = self.button("table") {
            drop(button.set_attribute("aria-pressed", if is_shown { "true" } else { "false" }));
        }
        if is_shown {
            self.painter.ask(&Ask::Words(true));
            self.focus("table");
        }
    }

    /// All rows of what is pointed at, if it stands for many; its line in the code, if it has one.
    pub(super) fn show_line(&mut self) {
        let Some(spot) = self.spot.clone() else { return };
        if let Some(model) = spot.more {
            let mut open = self.view.open.clone();
            match open.iter().position(|other| *other == model) {
                Some(at) => drop(open.remove(at)),
                None => open.push(model),
            }
            return self.go(LanesView { open, ..self.view.clone() });
        }
        if let Some((model, line)) = &spot.line {
            self.tell(format!("show {model}:{line}"));
        }
    }
}

fn listeners(shared: &Shared, controls: &Controls) -> Vec<EventListener> {
    let options = EventListenerOptions::enable_prevent_default();
    let hear = |target: &EventTarget, name: &'static str, hears: fn(&mut Controls, &Event)| {
        let this = Rc::downgrade(shared);
        EventListener::new_with_options(target, name, options, move |event| {
            if let Some(controls) = this.upgrade() {
                hears(&mut controls.borrow_mut(), event);
            }
        })
    };
    let mut listeners = vec![
        hear(&controls.mount, "click", |controls, event| {
            let pressed = target(event).and_then(|element| element.closest("[data-do]").ok().flatten());
            if let Some(what) = pressed.and_then(|button| button.get_attribute("data-do")) {
                controls.press(&what, event);
            }
        }),
        hear(&controls.mount, "input", input),
        hear(&controls.mount, "change", input),
        hear(&controls.document, "keydown", keys::press),
        hear(&controls.window, "resize", |controls, _| controls.repaint()),
    ];
    let queries = ["(prefers-color-scheme: dark)", "(forced-colors: active)"];
    for query in queries.into_iter().filter_map(|query| controls.window.match_media(query).ok().flatten()) {
        listeners.push(hear(&query, "change", |controls, _| controls.recolour()));
    }
    if let Some(picture) = controls.part("picture") {
        for (name, hears) in pointer::HEARD {
            listeners.push(hear(&picture, name, *hears));
        }
    }
    listeners
}

fn input(controls: &mut Controls, event: &Event) {
    let Some(element) = target(event) else { return };
    match element.get_attribute("data-part").as_deref() {
        Some("scrubber") => playing::scrub(controls),
        Some("speed") => playing::choose_speed(controls),
        _ => {
            let word = element.dyn_into::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default();
            if let Some(rows) = RowsOf::ALL.into_iter().find(|rows| rows.word() == word) {
                controls.rows(rows);
            }
        }
    }
}

pub(super) fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}
