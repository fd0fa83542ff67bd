//! Requests to the server. Every answer is what was asked for, a problem in the server's words, or no answer at all.

use protocol::problem::ProblemDocument;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, RequestInit, Response};

use super::json::Json;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// Nobody answered, or only the proxy before the server did.
    Away,
    /// The server said no, and why.
    Refused(Box<ProblemDocument>),
    /// Something answered that is not this page's server.
    Rubbish,
}

/// Reads an answer.
///
/// # Errors
/// Where it is not JSON, or not of this.
pub fn read<T>(text: &str, reader: fn(Json) -> Option<T>) -> Result<T, Failure> {
    Json::parse(text).and_then(reader).ok_or(Failure::Rubbish)
}

/// Asks; the answer as text.
///
/// # Errors
/// See [`Failure`].
pub async fn ask(method: &str, path: &str, body: Option<String>) -> Result<String, Failure> {
    let request = request(method, path, body).map_err(|_| Failure::Away)?;
    let window = web_sys::window().ok_or(Failure::Away)?;
    let response = JsFuture::from(window.fetch_with_request(&request)).await.map_err(|_| Failure::Away)?;
    let response: Response = response.unchecked_into();
    // What a proxy says when there is nobody behind it. An overloaded server of our own says 429.
    if matches!(response.status(), 502..=504) {
        return Err(Failure::Away);
    }
    let text = response.text().map_err(|_| Failure::Away)?;
    let text = JsFuture::from(text).await.map_err(|_| Failure::Away)?.as_string().unwrap_or_default();
    if response.ok() {
        return Ok(text);
    }
    match read(&text, super::read::problem) {
        Ok(problem) => Err(Failure::Refused(Box::new(problem))),
        // trunk's proxy answers 500 with plain words when the connection is refused.
        Err(_) if response.status() >= 500 => Err(Failure::Away),
        Err(_) => Err(Failure::Rubbish),
    }
}

fn request(method: &str, path: &str, body: Option<String>) -> Result<Request, JsValue> {
    let init = RequestInit::new();
    init.set_method(method);
    if let Some(body) = &body {
        init.set_body(&JsValue::from_str(body));
    }
    let request = Request::new_with_str_and_init(path, &init)?;
    if body.is_some() {
        request.headers().set("Content-Type", "application/json")?;
    }
    Ok(request)
}
