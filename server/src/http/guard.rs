//! Who may ask: this machine's own pages.
//!
//! A server on loopback can be reached by every page that this machine's browser has open. A foreign page must not be able to start
//! runs (`Origin`), nor to read anything under a name of its own that it lets point here (`Host`, DNS rebinding).

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Uri;
use actix_web::http::header::{HOST, HeaderName, HeaderValue, ORIGIN};
use actix_web::middleware::Next;

use super::problem;

pub(super) async fn guard(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse, Error> {
    let header = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let refusal = match (header(HOST), header(ORIGIN)) {
        (None, _) => Some("Host: it is missing; accepted: this machine's own names".to_owned()),
        (Some(host), _) if !is_loopback(&host) => {
            Some(format!("Host: {} is another's name; accepted: localhost, 127.0.0.1, [::1]", shortened(&host)))
        }
        (_, Some(origin)) if !request.method().is_safe() && !is_own(&origin) => {
            Some(format!("Origin: {} is another's page; accepted: a page of this machine", shortened(&origin)))
        }
        _ => None,
    };
    let mut response = match refusal {
        Some(detail) => request.into_response(problem::forbidden(&detail)).map_into_boxed_body(),
        None => next.call(request).await?.map_into_boxed_body(),
    };
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    headers.insert(HeaderName::from_static("referrer-policy"), HeaderValue::from_static("no-referrer"));
    Ok(response)
}

fn is_own(origin: &str) -> bool {
    origin.parse::<Uri>().ok().and_then(|uri| uri.authority().map(|authority| is_loopback(authority.as_str()))).unwrap_or(false)
}

fn is_loopback(authority: &str) -> bool {
    let name = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map(|(name, _)| name),
        None => authority.split(':').next(),
    };
    matches!(name, Some("localhost" | "127.0.0.1" | "::1"))
}

fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_s_own_names_are_loopback() {
        for (authority, own) in [
            ("localhost", true),
            ("localhost:8081", true),
            ("127.0.0.1:8080", true),
            ("[::1]:8081", true),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("evil.example:8081", false),
            ("", false),
        ] {
            assert_eq!(is_loopback(authority), own, "{authority}");
        }
        assert!(is_own("http://127.0.0.1:8080"));
        assert!(!is_own("null") && !is_own("https://evil.example"));
    }
}
