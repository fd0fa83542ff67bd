//! A run's events as they come, in frames. Dropping the stream closes it.
//!
//! Not an `EventSource`: that one cannot ask for the compact form, and does not say why it was refused. A stream that breaks is
//! told of, and the page asks for the rest of the log itself (`?after=N`), so that it can say what it is doing.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use js_sys::{Reflect, Uint8Array};
use protocol::{RunEvent, compact};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, ReadableStreamDefaultReader};
use yew::Callback;

use super::api::{Failure, send};
use super::dom;

/// Between two events that come one by one. A fast run has some hundred events a second, and to be woken for each would use the
/// cores that are measured: what comes meanwhile lies in the browser, and is read at once.
const PAUSE_MS: u32 = 100;
/// A read that took so long was woken; one that did not has found something, and there may be more.
const WAITED_MS: f64 = 2.0;

/// Entries of a run's log that came together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// The entries.
    pub events: Vec<RunEvent>,
    /// The same as they came, in frames.
    pub frames: Vec<u8>,
}

impl Batch {
    /// Reads whole frames; `None` if one of them is no entry of a log.
    #[must_use]
    pub fn of_frames(bytes: Vec<u8>) -> Option<Self> {
        let mut frames = compact::Frames::default();
        frames.push(&bytes);
        let mut events = Vec::new();
        while let Some(frame) = frames.next_frame() {
            events.push(compact::read(&frame).ok()?);
        }
        Some(Self { events, frames: bytes })
    }
}

/// What comes out of a stream.
#[derive(Clone, Debug)]
pub enum Heard {
    /// The server answers: entries will come when there are any.
    Opened,
    /// The next entries of the log: as many as came at once.
    Events(Batch),
    /// Nothing more comes: the run is over, or the server is, or it said no.
    Ended(Option<Failure>),
}

/// An open stream.
#[derive(Debug)]
pub struct Stream {
    controller: Option<AbortController>,
    closed: Rc<Cell<bool>>,
}

impl Stream {
    /// Follows a run from the entry after this one.
    #[must_use]
    pub fn follow(id: &str, after: u64, heard: Callback<Heard>) -> Self {
        let path = format!("/api/runs/{id}/events?after={after}");
        let (controller, closed) = (AbortController::new().ok(), Rc::new(Cell::new(false)));
        let (signal, over) = (controller.as_ref().map(AbortController::signal), Rc::clone(&closed));
        spawn_local(async move {
            let tell = |what: Heard| {
                // Who has dropped the stream does not want to hear that it was closed.
                if !over.get() {
                    heard.emit(what);
                }
            };
            let ended = match send("GET", &path, None, signal.as_ref()).await {
                Ok(response) => match response.body().map(|body| body.get_reader().unchecked_into()) {
                    Some(reader) => {
                        tell(Heard::Opened);
                        read(&reader, &tell).await.err()
                    }
                    None => Some(Failure::Away),
                },
                Err(failure) => Some(failure),
            };
            tell(Heard::Ended(ended));
        });
        Self { controller, closed }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.closed.set(true);
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }
}

/// Reads to the end.
async fn read(reader: &ReadableStreamDefaultReader, tell: &impl Fn(Heard)) -> Result<(), Failure> {
    let mut frames = compact::Frames::default();
    loop {
        let asked = dom::now_ms();
        let piece = JsFuture::from(reader.read()).await.map_err(|_| Failure::Away)?;
        let waited = dom::now_ms() - asked >= WAITED_MS;
        let field = |name: &str| Reflect::get(&piece, &name.into()).ok();
        if field("done").is_none_or(|done| done.is_truthy()) {
            return Ok(());
        }
        let bytes: Uint8Array = field("value").ok_or(Failure::Away)?.unchecked_into();
        frames.push(&bytes.to_vec());
        let mut batch = Batch::default();
        while let Some(body) = frames.next_frame() {
            batch.events.push(compact::read(&body).map_err(|_| Failure::Rubbish)?);
            batch.frames.extend_from_slice(&compact::framed(&body));
        }
        if !batch.events.is_empty() {
            tell(Heard::Events(batch));
        }
        if waited {
            TimeoutFuture::new(PAUSE_MS).await;
        }
    }
}
