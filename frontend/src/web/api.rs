//! Requests to the server, in the compact form. Every answer is what was asked for, a problem in the server's words, or no
//! answer at all.

use js_sys::{Promise, Reflect, Uint8Array};
use protocol::compact;
use protocol::problem::ProblemDocument;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Request, RequestInit, Response, Window};

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

/// Asks, and reads the whole answer.
///
/// # Errors
/// See [`Failure`].
pub async fn ask<T: DeserializeOwned>(method: &str, path: &str, body: Option<Vec<u8>>) -> Result<T, Failure> {
    let response = send(method, path, body, None).await?;
    let bytes = bytes(&response).await?;
    compact::read(&bytes).map_err(|_| Failure::Rubbish)
}

/// Asks; what answers is a server of this build that has not said no.
///
/// # Errors
/// See [`Failure`].
pub(super) async fn send(
    method: &str,
    path: &str,
    body: Option<Vec<u8>>,
    signal: Option<&AbortSignal>,
) -> Result<Response, Failure> {
    let window = web_sys::window().ok_or(Failure::Away)?;
    let answer = match early(&window, path) {
        Some(answer) => answer,
        None => window.fetch_with_request(&request(method, path, body, signal).map_err(|_| Failure::Away)?),
    };
    let response = JsFuture::from(answer).await.map_err(|_| Failure::Away)?;
    let response: Response = response.unchecked_into();
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

fn request(method: &str, path: &str, body: Option<Vec<u8>>, signal: Option<&AbortSignal>) -> Result<Request, JsValue> {
    let init = RequestInit::new();
    init.set_method(method);
    init.set_signal(signal);
    if let Some(body) = &body {
        init.set_body(&Uint8Array::from(body.as_slice()));
    }
    let request = Request::new_with_str_and_init(path, &init)?;
    request.headers().set("Accept", compact::MEDIA_TYPE)?;
    if body.is_some() {
        request.headers().set("Content-Type", &compact::content_type())?;
    }
    Ok(request)
}
