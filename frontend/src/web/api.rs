//! Requests to the server, in the compact form. Every answer is what was asked for, a problem in the server's words, or no
//! answer at all. In the static edition files answer in its place.

use js_sys::{Promise, Reflect, Uint8Array};
use protocol::problem::ProblemDocument;
use protocol::{Kept, compact};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Request, RequestInit, Response, Window};

use super::dom;
use crate::edition::Edition;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// Nobody answered, or only the proxy before the server did.
    Away,
    /// The server said no, and why.
    Refused(Box<ProblemDocument>),
    /// The server was compiled from other types than this page: they cannot understand each other.
    OtherBuild,
    /// Something answered that is not this page's server.
    Rubbish,
}

/// What a capsule is to whoever does not know it.
const BYTES: &str = "application/octet-stream";

/// Asks, and reads the whole answer.
///
/// # Errors
/// See [`Failure`].
pub async fn ask<T: DeserializeOwned>(method: &str, path: &str, body: Option<Vec<u8>>) -> Result<T, Failure> {
    read(&ask_bytes(method, path, body).await?)
}

/// The same, not read yet.
///
/// # Errors
/// See [`Failure`].
pub async fn ask_bytes(method: &str, path: &str, body: Option<Vec<u8>>) -> Result<Vec<u8>, Failure> {
    let body = body.map(|body| (body, compact::content_type()));
    bytes(&send(method, path, body, None).await?).await
}

/// An answer in the compact form.
///
/// # Errors
/// [`Failure::Rubbish`] if it is none.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    compact::read(bytes).map_err(|_| Failure::Rubbish)
}

/// Has the server store a capsule; its answer is read as that to anything else.
///
/// # Errors
/// See [`Failure`].
pub async fn store(capsule: Vec<u8>) -> Result<Kept, Failure> {
    let response = send("POST", "/api/results", Some((capsule, BYTES.to_owned())), None).await?;
    compact::read(&bytes(&response).await?).map_err(|_| Failure::Rubbish)
}

/// The capsule that the server stores under this id, as it is: it is of no build.
///
/// # Errors
/// See [`Failure`]; one that is not there is refused with the status 404.
pub async fn stored(id: &str) -> Result<Vec<u8>, Failure> {
    let window = web_sys::window().ok_or(Failure::Away)?;
    let path = dom::edition().file(&format!("/r/{id}.interleave"));
    let response = JsFuture::from(window.fetch_with_str(&path)).await.map_err(|_| Failure::Away)?;
    let response: Response = response.unchecked_into();
    let kind = response.headers().get("Content-Type").ok().flatten().unwrap_or_default();
    match response.status() {
        500.. => Err(Failure::Away),
        200 if !kind.starts_with("text/html") => bytes(&response).await,
        _ => Err(not_found()),
    }
}

fn not_found() -> Failure {
    let (kind, title, detail, errors) = (String::new(), String::new(), String::new(), Vec::new());
    Failure::Refused(Box::new(ProblemDocument { kind, title, status: 404, detail, errors }))
}

/// Asks; what answers is a server of this build that has not said no.
///
/// # Errors
/// See [`Failure`].
pub(super) async fn send(
    method: &str,
    path: &str,
    body: Option<(Vec<u8>, String)>,
    signal: Option<&AbortSignal>,
) -> Result<Response, Failure> {
    let window = web_sys::window().ok_or(Failure::Away)?;
    let edition = dom::edition();
    if edition == Edition::Static && path.starts_with("/api/runs") {
        return Err(not_found());
    }
    let path = edition.file(path);
    let answer = match early(&window, &path) {
        Some(answer) => answer,
        None => window.fetch_with_request(&request(method, &path, body, signal).map_err(|_| Failure::Away)?),
    };
    let response = JsFuture::from(answer).await.map_err(|_| Failure::Away)?;
    let response: Response = response.unchecked_into();
    if edition == Edition::Static {
        return match response.status() {
            200 => Ok(response),
            404 => Err(Failure::OtherBuild),
            _ => Err(Failure::Away),
        };
    }
    let kind = response.headers().get("Content-Type").ok().flatten().unwrap_or_default();
    match compact::is_of_these_types(&kind) {
        Some(true) if response.ok() => Ok(response),
        Some(true) => {
            let bytes = bytes(&response).await?;
            let problem: ProblemDocument = compact::read(&bytes).map_err(|_| Failure::Rubbish)?;
            Err(Failure::Refused(Box::new(problem)))
        }
        Some(false) => Err(Failure::OtherBuild),
        // What a proxy says when there is nobody behind it: trunk's answers 500 with plain words when the connection is refused.
        None if response.status() >= 500 => Err(Failure::Away),
        // A server that does not know the form is of before there was one.
        None if kind.starts_with("application/json") => Err(Failure::OtherBuild),
        None => Err(Failure::Rubbish),
    }
}

/// Deletes the stored copy of a result, with the token that was told when it was stored. One that is not there any more counts as
/// deleted.
///
/// # Errors
/// Why it is still there, in a sentence.
pub async fn delete_stored(id: &str, token: &str) -> Result<(), String> {
    const AWAY: &str = "the server does not answer.";
    let window = web_sys::window().ok_or(AWAY)?;
    let init = RequestInit::new();
    init.set_method("DELETE");
    let asked = Request::new_with_str_and_init(&format!("r/{id}"), &init).map_err(|_| AWAY)?;
    asked.headers().set("Authorization", &format!("Bearer {token}")).map_err(|_| AWAY)?;
    let response: Response = JsFuture::from(window.fetch_with_request(&asked)).await.map_err(|_| AWAY)?.unchecked_into();
    match response.status() {
        200..300 | 404 | 410 => Ok(()),
        401 | 403 => Err("the server does not take this browser's token for it.".to_owned()),
        status => Err(format!("the server answers {status}.")),
    }
}

/// What index.html has asked for already, once.
fn early(window: &Window, path: &str) -> Option<Promise> {
    let asked = Reflect::get(window, &"early".into()).ok()?;
    let answer = Reflect::get(&asked, &path.into()).ok()?.dyn_into().ok()?;
    // Asked again, it is asked for.
    Reflect::set(&asked, &path.into(), &JsValue::UNDEFINED).ok()?;
    Some(answer)
}

async fn bytes(response: &Response) -> Result<Vec<u8>, Failure> {
    let buffer = response.array_buffer().map_err(|_| Failure::Away)?;
    let buffer = JsFuture::from(buffer).await.map_err(|_| Failure::Away)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

fn request(method: &str, path: &str, body: Option<(Vec<u8>, String)>, signal: Option<&AbortSignal>) -> Result<Request, JsValue> {
    let init = RequestInit::new();
    init.set_method(method);
    init.set_signal(signal);
    if let Some((body, _)) = &body {
        init.set_body(&Uint8Array::from(body.as_slice()));
    }
    let request = Request::new_with_str_and_init(path, &init)?;
    request.headers().set("Accept", compact::MEDIA_TYPE)?;
    if let Some((_, kind)) = &body {
        request.headers().set("Content-Type", kind)?;
    }
    Ok(request)
}
