//! What the page asks of the browser: requests, the event stream, and the few things around the document.

pub mod api;
pub mod dom;
pub mod json;
pub mod read;
pub mod stream;
