//! What touches the browser: requests, streams, the document. Nothing here knows the state.

pub mod api;
pub mod bytes;
pub mod composer;
pub mod dom;
pub mod files;
pub mod give_out;
pub mod lanes;
pub mod pictures;
pub mod stream;
pub mod worker;
