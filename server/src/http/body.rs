//! The body of a request: JSON or the compact form, small, plain, and here soon. Anything else is refused as early as it shows.

use std::time::Duration;

use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName};
use actix_web::mime;
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use protocol::compact;
use tokio::time::timeout;

use super::problem;

/// What is taken.
pub(super) struct Accepted {
    /// Bytes.
    pub(super) largest: usize,
    /// From now to its last byte.
    pub(super) longest: Duration,
    /// Whether it may be bytes that say themselves what they are.
    pub(super) bytes: bool,
}

/// An experiment is some hundred bytes. It comes from this machine: a sender that takes longer sends a byte now and then to keep
/// a connection.
pub(super) const EXPERIMENT: Accepted = Accepted { largest: 64 * 1024, longest: Duration::from_secs(10), bytes: false };

/// All of it, or the answer to who sent something else.
pub(super) async fn read(request: &HttpRequest, payload: Payload, accepted: &Accepted) -> Result<Bytes, HttpResponse> {
    let Accepted { largest, longest, bytes } = *accepted;
    let kind = request.mime_type().ok().flatten();
    let is_of = |known: &str| kind.as_ref().is_some_and(|kind| kind.essence_str() == known);
    let are_bytes = bytes && (is_of(mime::APPLICATION_OCTET_STREAM.essence_str()) || is_of(super::results::CAPSULE));
    if !is_of(mime::APPLICATION_JSON.essence_str()) && !are_bytes && !is_compact(request) {
        return Err(problem::unsupported_media_type(&header(request, CONTENT_TYPE), bytes));
    }
    let encoding = header(request, CONTENT_ENCODING);
    if !matches!(encoding.to_ascii_lowercase().as_str(), "" | "identity") {
        return Err(problem::unsupported_encoding(&encoding));
    }
    if header(request, CONTENT_LENGTH).parse().is_ok_and(|length: u64| length > largest as u64) {
        return Err(problem::too_large(largest));
    }
    match timeout(longest, payload.to_bytes_limited(largest)).await {
        Ok(Ok(Ok(body))) => Ok(body),
        Ok(Ok(Err(error))) => Err(problem::unreadable(&error.to_string())),
        Ok(Err(_)) => Err(problem::too_large(largest)),
        Err(_) => Err(problem::too_slow(longest)),
    }
}

/// Whether the body is in the compact form, and of the types of this build. A foreign page cannot send this media type unasked
/// either.
pub(super) fn is_compact(request: &HttpRequest) -> bool {
    compact::is_of_these_types(&header(request, CONTENT_TYPE)) == Some(true)
}

/// As it may be shown: with any bytes, and not all of a long one.
fn header(request: &HttpRequest, name: HeaderName) -> String {
    let value = request.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes())).unwrap_or_default();
    value.trim().chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use actix_web::FromRequest;
    use actix_web::dev;
    use actix_web::error::PayloadError;
    use actix_web::test::TestRequest;
    use futures_util::stream::{self, StreamExt};

    use super::*;

    #[actix_web::test]
    async fn who_does_not_end_a_body_in_time_is_answered_408() {
        let endless = stream::iter([Ok(Bytes::from_static(b"{"))]).chain(stream::pending::<Result<Bytes, PayloadError>>());
        let mut endless: dev::Payload = dev::Payload::Stream { payload: endless.boxed_local() };
        let request = TestRequest::post().insert_header((CONTENT_TYPE, "application/json")).to_http_request();
        let payload = Payload::from_request(&request, &mut endless).await.unwrap();
        let answer =
            read(&request, payload, &Accepted { longest: Duration::ZERO, ..EXPERIMENT }).await.expect_err("it does not end");
        assert_eq!(
            (answer.status().as_u16(), answer.headers().get(CONTENT_TYPE).unwrap().as_bytes()),
            (408, problem::MEDIA_TYPE.as_bytes())
        );
    }
}
