//! The controls' hold on the painter: started with the canvas that it paints, asked, heard, and ended when this is dropped.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use js_sys::{Array, Uint8Array};
use protocol::compact;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlCanvasElement, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::controls::Controls;
use super::{Ask, LOADER, picture};

/// A painter that runs, or none.
#[derive(Default)]
pub(super) struct PainterHandle {
    worker: Option<Worker>,
    /// What is sent before it hears.
    waiting: Rc<RefCell<Option<Vec<JsValue>>>>,
    _listeners: Vec<EventListener>,
}

impl Drop for PainterHandle {
    fn drop(&mut self) {
        if let Some(worker) = &self.worker {
            worker.terminate();
        }
    }
}

impl PainterHandle {
    /// Starts it with a canvas of its own in the picture's place; `None` if this browser cannot.
    pub(super) fn start(document: &Document, mount: &Element, controls: &Weak<RefCell<Controls>>) -> Option<Self> {
        let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.unchecked_into();
        drop(canvas.set_attribute("aria-hidden", "true"));
        mount.query_selector("[data-part=picture]").ok()??.append_child(&canvas).ok()?;
        if !js_sys::Reflect::has(&canvas, &"transferControlToOffscreen".into()).ok()? {
            return None;
        }
        let canvas = canvas.transfer_control_to_offscreen().ok()?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(LOADER, &options).ok()?;
        let waiting: Rc<RefCell<Option<Vec<JsValue>>>> = Rc::new(RefCell::new(Some(Vec::new())));
        let (sends, queue, this) = (worker.clone(), Rc::clone(&waiting), controls.clone());
        let hears = EventListener::new(&worker, "message", move |event| {
            let data = event.unchecked_ref::<MessageEvent>().data();
            if let Some(bytes) = data.dyn_ref::<Uint8Array>() {
                if let (Some(controls), Ok(tell)) = (this.upgrade(), compact::read(&bytes.to_vec())) {
                    picture::told(&mut controls.borrow_mut(), tell);
                }
                return;
            }
            // Its first word.
            drop(sends.post_message_with_transfer(&canvas, &Array::of1(&canvas)));
            for message in queue.borrow_mut().take().into_iter().flatten() {
                drop(sends.post_message(&message));
            }
        });
        let this = controls.clone();
        let fails = EventListener::new(&worker, "error", move |_| {
            if let Some(controls) = this.upgrade() {
                controls.borrow().fail("The lanes stopped: their painter has failed. Load the page again.");
            }
        });
        Some(Self { worker: Some(worker), waiting, _listeners: vec![hears, fails] })
    }

    pub(super) fn ask(&self, ask: &Ask) {
        let (Ok(bytes), Some(worker)) = (compact::write(ask), &self.worker) else { return };
        let message = Uint8Array::from(bytes.as_slice()).into();
        match self.waiting.borrow_mut().as_mut() {
            Some(waiting) => waiting.push(message),
            None => drop(worker.post_message(&message)),
        }
    }
}
