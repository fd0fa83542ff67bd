//! What touches the browser: requests, streams, the document. Nothing here knows the state.

pub mod api;
pub mod dom;
pub mod give_out;
pub mod painter;
pub mod pictures;
pub mod stream;
