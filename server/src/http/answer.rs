//! The two forms of an answer: JSON for people and tools, and the compact one for the page, which asks for it by its media type.

use actix_web::http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, VARY};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use protocol::compact;
use serde::Serialize;

/// Whether the compact form is asked for.
pub(super) fn wants_compact(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|kind| compact::is_of_these_types(kind).is_some())
}

/// A value in the form that is asked for.
pub(super) fn with(mut response: HttpResponseBuilder, request: &HttpRequest, value: &impl Serialize) -> HttpResponse {
    response.insert_header((VARY, "Accept"));
    if wants_compact(request.headers()) { compacted(response, value) } else { response.json(value) }
}

/// A value in the compact form.
pub(super) fn compacted(mut response: HttpResponseBuilder, value: &impl Serialize) -> HttpResponse {
    match compact::write(value) {
        Ok(body) => response.insert_header((CONTENT_TYPE, compact::content_type())).body(body),
        // Every type that travels can be written, which a test of each says.
        Err(_) => super::problem::broken(),
    }
}

/// The same with status 200.
pub(super) fn ok(request: &HttpRequest, value: &impl Serialize) -> HttpResponse {
    with(HttpResponse::Ok(), request, value)
}
