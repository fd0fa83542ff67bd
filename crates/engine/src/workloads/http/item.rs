//! What is asked for: an item by its id, in JSON. The same for every service.

use std::convert::Infallible;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use crate::measure::Measure;
use crate::workload::mixed;

/// Before the id, in the path of a request.
pub(super) const PATH: &str = "/items/";

/// The media type of an answer.
pub(super) const JSON: &str = "application/json";

/// The id that the request of this number, counted from 0, asks for.
pub(super) fn asked(seed: u64, request: u64) -> u64 {
    mixed(seed.wrapping_add(request)) >> 32
}

/// The item of this id.
pub(super) fn body(id: u64) -> String {
    format!(r#"{{"id":{id},"value":"{:016x}"}}"#, mixed(id))
}

/// The id in the path of a request.
pub(super) fn id_of(path: &str) -> Option<u64> {
    path.strip_prefix(PATH)?.parse().ok()
}

/// A service of hyper's.
pub(super) async fn item(request: Request<Incoming>, measure: Measure) -> Result<Response<Full<Bytes>>, Infallible> {
    let id = id_of(request.uri().path()).filter(|_| request.method() == Method::GET);
    let mut response = Response::default();
    match id {
        Some(id) => {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
            *response.body_mut() = Full::from(body(id));
        }
        None => *response.status_mut() = StatusCode::NOT_FOUND,
    }
    measure.served();
    Ok(response)
}
