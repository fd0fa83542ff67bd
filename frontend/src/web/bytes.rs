//! Bytes by their address, as a worker of the page's asks for them, and addresses for bytes that are here.

use js_sys::{Array, Promise, Uint8Array};
use protocol::compact;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Blob, RequestInit, Response, Url, WorkerGlobalScope};

/// Why there are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoBytes {
    /// Whoever answers has none under this address.
    NotThere,
    /// Nobody answers, or with something else.
    Away,
}

/// How long [`get`] waits for all of an answer: a run's events end when it does, and until then nothing else would be answered.
const LONGEST_MS: u32 = 30_000;

/// Asks: what has a compact form comes in it.
#[must_use]
pub fn ask(address: &str) -> Option<Promise> {
    ask_until(address, None)
}

fn ask_until(address: &str, end: Option<&AbortSignal>) -> Option<Promise> {
    let scope: WorkerGlobalScope = js_sys::global().dyn_into().ok()?;
    let (options, headers) = (RequestInit::new(), js_sys::Object::new());
    options.set_signal(end);
    js_sys::Reflect::set(&headers, &"Accept".into(), &JsValue::from_str(compact::MEDIA_TYPE)).ok()?;
    options.set_headers(&headers);
    Some(scope.fetch_with_str_and_init(address, &options))
}

/// The answer to [`ask`].
///
/// # Errors
/// See [`NoBytes`].
pub async fn answer(asked: Option<Promise>) -> Result<Vec<u8>, NoBytes> {
    let away = |_| NoBytes::Away;
    let response: Response = JsFuture::from(asked.ok_or(NoBytes::Away)?).await.map_err(away)?.unchecked_into();
    match response.status() {
        200..=299 => {}
        404 | 410 => return Err(NoBytes::NotThere),
        _ => return Err(NoBytes::Away),
    }
    let buffer = JsFuture::from(response.array_buffer().map_err(away)?).await.map_err(away)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Asks, and waits for the answer, but not for ever.
///
/// # Errors
/// See [`NoBytes`].
pub async fn get(address: &str) -> Result<Vec<u8>, NoBytes> {
    answer(ask_until(address, Some(&AbortSignal::timeout_with_u32(LONGEST_MS)))).await
}

/// Keeps a copy of these for as long as this module's page or worker is there: its address, for all of the page.
#[must_use]
pub fn address_of(bytes: &[u8]) -> Option<String> {
    let blob = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes))).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}
