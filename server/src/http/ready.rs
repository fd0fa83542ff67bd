//! An answer that is made once and sent often: compressed beforehand, with a tag of its content, its headers written.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH, VARY,
};
use actix_web::web::Bytes;
use sha2::{Digest, Sha256};

/// What is compressed for half a second at most: past this, less thoroughly.
const SMALL: usize = 128 * 1024;

/// An answer, ready to be sent.
#[derive(Debug)]
pub(super) struct Ready {
    /// Its tag without the `W/`: the same for the plain and for the compressed form.
    tag: String,
    /// Those of every answer, also of one that says that nothing has changed.
    always: Vec<(HeaderName, HeaderValue)>,
    /// Those that are about the body.
    of_body: Vec<(HeaderName, HeaderValue)>,
    plain: Bytes,
    brotli: Option<Bytes>,
}

impl Ready {
    /// Of this type, with this body, which is compressed if that makes it smaller. It takes a moment, on a thread that has it.
    pub(super) fn new(media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let plain: Vec<u8> = body.into();
        let brotli = if is_compressible(media_type) { compressed(&plain) } else { None };
        let digest = Sha256::digest(&plain);
        let tag: String = digest[..12].iter().map(|byte| format!("{byte:02x}")).collect();
        let tag = format!("\"{tag}\"");
        let mut ready =
            Self { always: Vec::new(), of_body: Vec::new(), plain: plain.into(), brotli: brotli.map(Bytes::from), tag };
        ready.always.extend(HeaderValue::from_str(&format!("W/{}", ready.tag)).ok().map(|tag| (ETAG, tag)));
        ready.always.push((VARY, HeaderValue::from_static("Accept-Encoding")));
        ready.of_body.extend(HeaderValue::from_str(media_type).ok().map(|kind| (CONTENT_TYPE, kind)));
        ready
    }

    /// With one more header.
    pub(super) fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.always.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }

    /// To be asked for again after so many seconds, and not before.
    pub(super) fn unchanged_for(self, seconds: u64) -> Self {
        self.with(CACHE_CONTROL, &format!("public, max-age={seconds}, immutable"))
    }

    /// About how much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        self.plain.len() + self.brotli.as_ref().map_or(0, Bytes::len) + 1024
    }

    /// The answer to who asks for it with these headers.
    pub(super) fn respond(&self, asked: &HeaderMap) -> HttpResponse {
        let header = |name: &HeaderName| asked.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut response = HttpResponse::new(StatusCode::OK);
        for (name, value) in &self.always {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        if is_tag_in(header(&IF_NONE_MATCH), &self.tag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        for (name, value) in &self.of_body {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        let brotli = self.brotli.as_ref().filter(|_| takes_brotli(header(&ACCEPT_ENCODING)));
        if brotli.is_some() {
            response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
        let body = brotli.unwrap_or(&self.plain).clone();
        response.set_body(body).map_into_boxed_body()
    }
}

/// Whether an `If-None-Match` names this tag, weak or not.
pub(super) fn is_tag_in(asked: &str, tag: &str) -> bool {
    !asked.is_empty() && asked.split(',').any(|one| matches!(one.trim(), "*") || one.trim().trim_start_matches("W/") == tag)
}

/// Whether an `Accept-Encoding` names it, and not with the weight 0, which means *not this one*.
pub(super) fn takes_brotli(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"));
        let mut weights = parts.filter_map(|part| part.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("q")));
        named && weights.all(|(_, weight)| weight.trim().parse().is_ok_and(|weight: f32| weight > 0.0))
    })
}

fn is_compressible(media_type: &str) -> bool {
    media_type.starts_with("text/") || media_type.contains("json") || media_type.contains("xml")
}

fn compressed(plain: &[u8]) -> Option<Vec<u8>> {
    let quality = if plain.len() <= SMALL { 9 } else { 5 };
    let parameters = brotli::enc::BrotliEncoderParams { quality, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*plain, &mut compressed, &parameters).ok()?;
    (compressed.len() < plain.len()).then_some(compressed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brotli_is_sent_to_who_takes_it() {
        for takes in ["br", "gzip, br", "gzip;q=1, BR;q=0.001", "br; q=1.000"] {
            assert!(takes_brotli(takes), "{takes}");
        }
        for takes_not in ["", "gzip", "br;q=0", "br;q=0.0", "br ; Q=0.000", "gzip, br;q=0", "br;q=x", "brotli"] {
            assert!(!takes_brotli(takes_not), "{takes_not}");
        }
    }

    #[test]
    fn a_tag_is_found_among_several_weak_or_not() {
        for (asked, found) in
            [("\"a\"", true), ("W/\"a\"", true), ("\"b\", W/\"a\"", true), ("*", true), ("", false), ("a", false)]
        {
            assert_eq!(is_tag_in(asked, "\"a\""), found, "{asked}");
        }
    }
}
