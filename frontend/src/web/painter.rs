//! The painter: a worker, started when there is something to draw, and what it is asked and answers. `crate::painter` says what it
//! does.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::Uint8Array;
use protocol::compact;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

use crate::painter::{Reply, Request};

/// Trunk names a worker's files as its binary, without a hash.
const LOADER: &str = "/painter_loader.js";

/// What is sent before the worker hears: nothing is sent to it until it has said that it does.
type Waiting = Rc<RefCell<Option<Vec<Uint8Array>>>>;

/// A painter that runs.
#[derive(Debug)]
pub struct PainterHandle {
    worker: Option<Worker>,
    waiting: Waiting,
    _listeners: Vec<EventListener>,
}

impl PainterHandle {
    /// Starts one; what it answers, or that there is none.
    #[must_use]
    pub fn start(answered: &Callback<Option<Reply>>) -> Self {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let waiting: Waiting = Rc::new(RefCell::new(Some(Vec::new())));
        let Ok(worker) = Worker::new_with_options(LOADER, &options) else {
            answered.emit(None);
            return Self { worker: None, waiting, _listeners: Vec::new() };
        };
        let (told, sends, queue) = (answered.clone(), worker.clone(), Rc::clone(&waiting));
        let hears = EventListener::new(&worker, "message", move |event: &Event| {
            let event: &MessageEvent = event.unchecked_ref();
            match event.data().dyn_into::<Uint8Array>() {
                Ok(bytes) => told.emit(compact::read(&bytes.to_vec()).ok()),
                // Its first word.
                Err(_) => {
                    for message in queue.borrow_mut().take().into_iter().flatten() {
                        drop(sends.post_message(&message));
                    }
                }
            }
        });
        let told = answered.clone();
        let fails = EventListener::new(&worker, "error", move |_| told.emit(None));
        Self { worker: Some(worker), waiting, _listeners: vec![hears, fails] }
    }

    /// Asks it.
    pub fn ask(&self, request: &Request) {
        let Ok(bytes) = compact::write(request) else { return };
        let message = Uint8Array::from(bytes.as_slice());
        match (self.waiting.borrow_mut().as_mut(), &self.worker) {
            (Some(waiting), Some(_)) => waiting.push(message),
            (None, Some(worker)) => drop(worker.post_message(&message)),
            (_, None) => {}
        }
    }
}

/// The worker's own side: hears requests and answers them, for as long as it lives.
pub fn serve() {
    let scope: web_sys::DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let (mut painter, answers) = (crate::painter::Painter::default(), scope.clone());
    EventListener::new(&scope, "message", move |event: &Event| {
        let event: &MessageEvent = event.unchecked_ref();
        let request = Uint8Array::new(&event.data()).to_vec();
        if let Some(answer) = painter.take(&request) {
            drop(answers.post_message(&Uint8Array::from(answer.as_slice())));
        }
    })
    .forget();
    drop(scope.post_message(&JsValue::from_str("ready")));
}
