//! A worker beside the page: started when there is something for it to do, asked, and heard. Both modules that run beside the page
//! ([`crate::painter`], [`crate::keeper`]) are started, asked and served here.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::Uint8Array;
use protocol::compact;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, Event, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

/// Trunk names a worker's files as its binary, without a hash. Found from the page's base.
pub const PAINTER: &str = "painter_loader.js";
/// The same of the keeper.
pub const KEEPER: &str = "keeper_loader.js";

/// What is sent before the worker hears: nothing is sent to it until it has said that it does.
type Waiting = Rc<RefCell<Option<Vec<Uint8Array>>>>;

/// A worker that runs.
#[derive(Debug)]
pub struct WorkerHandle {
    worker: Option<Worker>,
    waiting: Waiting,
    _listeners: Vec<EventListener>,
}

impl WorkerHandle {
    /// Starts the one whose loader this is; what it answers, or that there is none.
    #[must_use]
    pub fn start<R: DeserializeOwned + 'static>(loader: &str, answered: &Callback<Option<R>>) -> Self {
        Self::of_bytes(loader, &answered.reform(|answer: Option<Vec<u8>>| compact::read(&answer?).ok()))
    }

    fn of_bytes(loader: &str, answered: &Callback<Option<Vec<u8>>>) -> Self {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let waiting: Waiting = Rc::new(RefCell::new(Some(Vec::new())));
        let Ok(worker) = Worker::new_with_options(loader, &options) else {
            answered.emit(None);
            return Self { worker: None, waiting, _listeners: Vec::new() };
        };
        let (told, sends, queue) = (answered.clone(), worker.clone(), Rc::clone(&waiting));
        let hears = EventListener::new(&worker, "message", move |event: &Event| {
            let event: &MessageEvent = event.unchecked_ref();
            match event.data().dyn_into::<Uint8Array>() {
                Ok(bytes) => told.emit(Some(bytes.to_vec())),
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
    pub fn ask(&self, request: &impl Serialize) {
        let Ok(bytes) = compact::write(request) else { return };
        let message = Uint8Array::from(bytes.as_slice());
        match (self.waiting.borrow_mut().as_mut(), &self.worker) {
            (Some(waiting), Some(_)) => waiting.push(message),
            (None, Some(worker)) => drop(worker.post_message(&message)),
            (_, None) => {}
        }
    }
}

/// The worker's own side: hears requests for as long as it lives. `take` answers by [`tell`], at once or later.
pub fn hear(mut take: impl FnMut(Vec<u8>) + 'static) {
    let scope = scope();
    EventListener::new(&scope, "message", move |event: &Event| {
        let event: &MessageEvent = event.unchecked_ref();
        take(Uint8Array::new(&event.data()).to_vec());
    })
    .forget();
    drop(scope.post_message(&JsValue::from_str("ready")));
}

/// The worker's own side: answers.
pub fn tell(answer: &[u8]) {
    drop(scope().post_message(&Uint8Array::from(answer)));
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
