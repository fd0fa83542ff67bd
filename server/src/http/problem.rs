//! Errors on the wire: RFC 9457 problem documents, for every kind of error.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT_ENCODING, ALLOW, HeaderValue, RETRY_AFTER, VARY, WWW_AUTHENTICATE};
use actix_web::{Error, HttpResponse};
use protocol::Problem;
use protocol::problem::ProblemDocument;

use crate::runs::request::QueueFull;
use crate::store::log::Unreadable;
use crate::store::{StoreError, StoreTrouble};

pub(super) const MEDIA_TYPE: &str = "application/problem+json";

pub(super) fn invalid_experiment(errors: Vec<Problem>) -> HttpResponse {
    let detail = errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let document = ProblemDocument {
        errors,
        ..document(StatusCode::UNPROCESSABLE_ENTITY, "invalid-experiment", "The experiment cannot be run", &detail)
    };
    respond(&document)
}

pub(super) fn not_json(detail: &str) -> HttpResponse {
    respond(&document(StatusCode::BAD_REQUEST, "not-json", "The body is not JSON", detail))
}

pub(super) fn unsupported_media_type(given: &str, bytes: bool) -> HttpResponse {
    let given = if given.is_empty() { "no media type" } else { given };
    let others = if bytes { ", application/octet-stream, application/vnd.interleave.capsule" } else { "" };
    let detail = format!("Content-Type: {given} was given; accepted: application/json{others}");
    respond(&document(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "The body is of another type", &detail))
}

pub(super) fn unsupported_encoding(given: &str) -> HttpResponse {
    let detail = format!("Content-Encoding: {given} was given; accepted: a body that is not compressed");
    let document =
        document(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-encoding", "The body is of another encoding", &detail);
    let mut response = respond(&document);
    response.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    response
}

pub(super) fn too_slow(longest: Duration) -> HttpResponse {
    let detail = format!("accepted: a body that is here {} seconds after its head", longest.as_secs());
    respond(&document(StatusCode::REQUEST_TIMEOUT, "too-slow", "The body took too long", &detail))
}

pub(super) fn too_large(limit: usize) -> HttpResponse {
    let detail = format!("accepted: a body of at most {limit} bytes");
    respond(&document(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large", &detail))
}

pub(super) fn unreadable(detail: &str) -> HttpResponse {
    respond(&document(StatusCode::BAD_REQUEST, "unreadable", "The request could not be read", detail))
}

/// What stands behind the question mark of an address.
pub(super) fn invalid_query(errors: Vec<Problem>) -> HttpResponse {
    let detail = errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let document = document(StatusCode::BAD_REQUEST, "invalid-query", "The address asks for something else", &detail);
    respond(&ProblemDocument { errors, ..document })
}

pub(super) fn no_such_run(id: &str) -> HttpResponse {
    let shown: String = id.chars().take(64).collect();
    let detail = format!("run: {shown} is not known here, nor stored; it may have been run on another machine");
    respond(&document(StatusCode::NOT_FOUND, "no-such-run", "There is no such run", &detail))
}

/// It is stored, and damaged: that is no reason to say that it is not there.
pub(super) fn unreadable_run(unreadable: &Unreadable) -> HttpResponse {
    let detail = unreadable.to_string();
    respond(&document(StatusCode::UNPROCESSABLE_ENTITY, "unreadable-run", "The stored run cannot be read", &detail))
}

pub(super) fn not_found(detail: &str) -> HttpResponse {
    respond(&document(StatusCode::NOT_FOUND, "not-found", "There is nothing here", detail))
}

pub(super) fn not_over(id: &str) -> HttpResponse {
    let detail = format!("run: {id} is not over yet; accepted: a run that is finished, or was cancelled");
    respond(&document(StatusCode::CONFLICT, "not-over", "The run goes on", &detail))
}

pub(super) fn no_such_result(id: &str) -> HttpResponse {
    let shown: String = id.chars().take(64).collect();
    let detail = format!("result: {shown} is not kept here; it may have been deleted, or its time may be over");
    respond(&document(StatusCode::NOT_FOUND, "no-such-result", "There is no such result", &detail))
}

/// What was sent holds none that can be kept.
pub(super) fn no_result(detail: &str) -> HttpResponse {
    respond(&document(StatusCode::UNPROCESSABLE_ENTITY, "no-result", "This is no result that can be kept", detail))
}

pub(super) fn result_too_large(detail: &str) -> HttpResponse {
    respond(&document(StatusCode::PAYLOAD_TOO_LARGE, "result-too-large", "The result is too large to be kept", detail))
}

pub(super) fn unreadable_result(error: &anyhow::Error) -> HttpResponse {
    let detail = format!("what is kept of it cannot be read: {error:#}");
    respond(&document(StatusCode::UNPROCESSABLE_ENTITY, "unreadable-result", "The result cannot be read", &detail))
}

pub(super) fn unreadable_lanes(error: &anyhow::Error) -> HttpResponse {
    let detail = format!("what is kept of them cannot be read: {error:#}");
    respond(&document(StatusCode::UNPROCESSABLE_ENTITY, "unreadable-lanes", "The lanes cannot be read", &detail))
}

pub(super) fn too_many_save() -> HttpResponse {
    let detail = "others are saving results at this moment; try again in some seconds";
    let mut response = respond(&document(StatusCode::TOO_MANY_REQUESTS, "too-many-save", "Too many save at once", detail));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

pub(super) fn no_token() -> HttpResponse {
    let detail = "Authorization: it is missing; accepted: Bearer and the token that was told when the result was kept";
    let mut response = respond(&document(StatusCode::UNAUTHORIZED, "no-token", "Only who has kept it can delete it", detail));
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

pub(super) fn wrong_token() -> HttpResponse {
    let detail = "Authorization: the token is another result's; accepted: the one that was told when this one was kept";
    respond(&document(StatusCode::FORBIDDEN, "wrong-token", "Only who has kept it can delete it", detail))
}

/// The store says why.
pub(super) fn of_store(error: &StoreError) -> HttpResponse {
    let status = match error.trouble() {
        StoreTrouble::Full => StatusCode::INSUFFICIENT_STORAGE,
        StoreTrouble::Away => StatusCode::SERVICE_UNAVAILABLE,
        StoreTrouble::Damaged | StoreTrouble::Other => StatusCode::INTERNAL_SERVER_ERROR,
    };
    respond(&document(status, "store", "The store did not do it", &error.to_string()))
}

pub(super) fn not_implemented(detail: &str) -> HttpResponse {
    respond(&document(StatusCode::NOT_IMPLEMENTED, "not-implemented", "This is not given out", detail))
}

pub(super) fn already_over() -> HttpResponse {
    respond(&document(StatusCode::CONFLICT, "already-over", "The run is over", "a run that is over cannot be cancelled"))
}

pub(super) fn queue_full(full: &QueueFull) -> HttpResponse {
    let detail = format!("{} runs wait already; try again later", full.waiting);
    let mut response = respond(&document(StatusCode::TOO_MANY_REQUESTS, "queue-full", "Too many runs wait", &detail));
    let seconds = full.retry_after.max(Duration::from_secs(1)).as_secs();
    response.headers_mut().insert(RETRY_AFTER, seconds.into());
    response
}

pub(super) fn forbidden(detail: &str) -> HttpResponse {
    respond(&document(StatusCode::FORBIDDEN, "forbidden", "This server is for its own pages", detail))
}

pub(super) fn method_not_allowed(allow: &str) -> HttpResponse {
    let detail = format!("accepted: {allow}");
    let document = document(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "The method is not allowed here", &detail);
    let mut response = respond(&document);
    if let Ok(value) = allow.parse() {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}

pub(super) fn broken() -> HttpResponse {
    let detail = "this is a mistake in the server; its terminal says more";
    respond(&document(StatusCode::INTERNAL_SERVER_ERROR, "broken", "The server has failed at this", detail))
}

/// An error of actix-web's own, in its words.
pub(super) fn of_error(error: &Error) -> HttpResponse {
    let status = error.as_response_error().status_code();
    respond(&document(status, "refused", status.canonical_reason().unwrap_or("The request was refused"), &error.to_string()))
}

fn document(status: StatusCode, kind: &str, title: &str, detail: &str) -> ProblemDocument {
    ProblemDocument {
        kind: format!("/problems/{kind}"),
        title: title.to_owned(),
        status: status.as_u16(),
        detail: detail.to_owned(),
        errors: Vec::new(),
    }
}

fn respond(document: &ProblemDocument) -> HttpResponse {
    let status = StatusCode::from_u16(document.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(document).unwrap_or_default();
    let mut response = HttpResponse::build(status).content_type(MEDIA_TYPE).insert_header((VARY, "Accept")).body(body);
    // For the guard, which knows in which form it is asked for.
    response.extensions_mut().insert(document.clone());
    response
}
