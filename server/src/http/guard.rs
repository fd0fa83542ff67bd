//! Who may ask: this machine's own pages.
//!
//! A server on loopback can be reached by every page that this machine's browser has open. A foreign page must not be able to start
//! runs (`Origin`), nor to read anything under a name of its own that it lets point here (`Host`, DNS rebinding).
//!
//! And what goes for every answer: a handler that panics is answered for too, as an error of this server's.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::Uri;
use actix_web::http::header::{HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use actix_web::http::uri::Authority;
use actix_web::middleware::Next;
use futures_util::FutureExt;

use super::problem;

pub(super) async fn guard(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse, Error> {
    let header = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let refusal = match (header(HOST), header(ORIGIN)) {
        (None, _) => Some("Host: it is missing; accepted: this machine's own names".to_owned()),
        (Some(host), _) if !is_loopback(&host) => {
            Some(format!("Host: {} is another's name; accepted: localhost, 127.0.0.1, [::1]", shortened(&host)))
        }
        // As a proxy is asked. It goes before the header.
        _ if request.uri().authority().is_some_and(|authority| !is_loopback(authority.as_str())) => {
            Some("the request's target is another's name; accepted: a path".to_owned())
        }
        (_, Some(origin)) if !request.method().is_safe() && !is_own(&origin) => {
            Some(format!("Origin: {} is another's page; accepted: a page of this machine", shortened(&origin)))
        }
        _ => None,
    };
    let mut response = match refusal {
        Some(detail) => request.into_response(problem::forbidden(&detail)).map_into_boxed_body(),
        None => match AssertUnwindSafe(next.call(request)).catch_unwind().await {
            Ok(response) => response?.map_into_boxed_body(),
            // The request went with the handler: what is left is an error that has its answer with it.
            Err(_) => {
                let mut response = problem::broken();
                secure(response.headers_mut());
                return Err(InternalError::from_response("a handler panicked", response).into());
            }
        },
    };
    secure(response.headers_mut());
    Ok(response)
}

fn secure(headers: &mut HeaderMap) {
    headers.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    headers.insert(HeaderName::from_static("referrer-policy"), HeaderValue::from_static("no-referrer"));
}

fn is_own(origin: &str) -> bool {
    origin.parse::<Uri>().ok().and_then(|uri| uri.authority().map(|authority| is_loopback(authority.as_str()))).unwrap_or(false)
}

fn is_loopback(authority: &str) -> bool {
    // What stands before an @ is no part of the name, and has no business here.
    let Some(authority) = authority.parse::<Authority>().ok().filter(|authority| !authority.as_str().contains('@')) else {
        return false;
    };
    let name = authority.host().trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::CONTENT_TYPE;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, init_service, try_call_service};
    use actix_web::{App, HttpResponse, web};

    use super::*;

    #[test]
    fn only_this_machine_s_own_names_are_loopback() {
        for (authority, own) in [
            ("localhost", true),
            ("localhost:8081", true),
            ("127.0.0.1:8080", true),
            ("[::1]:8081", true),
            ("127.0.0.2:8081", true),
            ("LOCALHOST:8081", true),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("evil.example:8081", false),
            ("127.0.0.1:8081@evil.example", false),
            ("192.168.0.1:8081", false),
            ("[::ffff", false),
            ("", false),
        ] {
            assert_eq!(is_loopback(authority), own, "{authority}");
        }
        assert!(is_own("http://127.0.0.1:8080"));
        assert!(!is_own("null") && !is_own("https://evil.example") && !is_own("http://127.0.0.1:80@evil.example"));
    }

    #[actix_web::test]
    async fn a_handler_that_panics_is_answered_with_a_problem_document() {
        async fn panics() -> HttpResponse {
            panic!("on purpose")
        }
        let app = init_service(App::new().wrap(from_fn(guard)).route("/api/panics", web::get().to(panics))).await;
        let request = TestRequest::get().uri("/api/panics").insert_header((HOST, "localhost")).to_request();
        let error = try_call_service(&app, request).await.expect_err("a panic is an error");
        let response = error.error_response();
        let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        assert_eq!((response.status().as_u16(), kind), (500, Some("application/problem+json")));
    }
}
