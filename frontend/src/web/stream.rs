//! A run's events as they come. Dropping the stream closes it.
//!
//! `EventSource` reconnects by itself, but neither says so nor gives up when the server is gone: the page closes a broken one and asks
//! for the rest of the log itself (`?after=N`), so that it can say what it is doing.

use gloo_events::EventListener;
use protocol::RunEvent;
use wasm_bindgen::JsCast;
use web_sys::{EventSource, MessageEvent};
use yew::Callback;

use super::json::Json;
use super::read;

/// What comes out of a stream.
#[derive(Clone, Debug)]
pub enum Heard {
    /// The next entry of the log.
    Event(Box<RunEvent>),
    /// The connection is gone.
    Broken,
}

/// An open stream.
#[derive(Debug)]
pub struct Stream {
    source: EventSource,
    _listeners: [EventListener; 2],
}

impl Stream {
    /// Follows a run from the entry after this one; `None` where the browser will not.
    #[must_use]
    pub fn follow(id: &str, after: u64, heard: &Callback<Heard>) -> Option<Self> {
        let source = EventSource::new(&format!("/api/runs/{id}/events?after={after}")).ok()?;
        let message = heard.clone();
        let message = EventListener::new(&source, "message", move |event| {
            let text = event.unchecked_ref::<MessageEvent>().data().as_string().unwrap_or_default();
            if let Some(event) = Json::parse(&text).and_then(read::event) {
                message.emit(Heard::Event(Box::new(event)));
            }
        });
        let (broken, closed) = (heard.clone(), source.clone());
        let error = EventListener::new(&source, "error", move |_| {
            closed.close();
            broken.emit(Heard::Broken);
        });
        Some(Self { source, _listeners: [message, error] })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}
