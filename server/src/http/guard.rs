//! Who may ask: this machine's own pages, and those of the address under which others reach this server if there is one.
//!
//! A server on loopback can be reached by every page that this machine's browser has open. A foreign page must not be able to
//! start runs (`Origin`), nor to read anything under a name of its own that it lets point here (`Host`, DNS rebinding).
//!
//! And what goes for every answer: an error that no handler answered for is a problem document too, and a panic is this server's.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;

use actix_web::body::MessageBody;
use actix_web::dev::{RequestHead, ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::Uri;
use actix_web::http::header::{
    CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::http::uri::Authority;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpResponse};
use futures_util::FutureExt;
use protocol::problem::ProblemDocument;

use super::{Api, answer, embed, problem};

pub(super) async fn guard(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse, Error> {
    let compact = answer::wants_compact(request.headers());
    let framed = request.path().starts_with(embed::FOLDER);
    let refusal = {
        let host = request.app_data::<Data<Api>>().and_then(|api| api.site.host.as_deref());
        refusal(request.head(), host)
    };
    let mut response = match refusal {
        Some(detail) => request.into_response(problem::forbidden(&detail)).map_into_boxed_body(),
        None => match AssertUnwindSafe(next.call(request)).catch_unwind().await {
            Ok(Ok(response)) => with_problem(response.map_into_boxed_body()),
            // The request went with the handler: what is left is an error that has its answer with it.
            Ok(Err(error)) => return Err(answered(problem::of_error(&error), compact)),
            Err(_) => return Err(answered(problem::broken(), compact)),
        },
    };
    if let Some(compacted) = in_compact_form(response.response(), compact) {
        response = response.into_response(compacted);
    }
    secure(response.headers_mut());
    if framed {
        // Who may show it in a frame is said by its policy.
        response.headers_mut().remove(X_FRAME_OPTIONS);
    }
    Ok(response)
}

/// A problem document as the page asks for it, with the headers that came with it; `None` if this is none, or JSON is asked for.
fn in_compact_form<B>(response: &HttpResponse<B>, compact: bool) -> Option<HttpResponse> {
    let document = response.extensions().get::<ProblemDocument>().filter(|_| compact).cloned()?;
    let mut compacted = answer::compacted(HttpResponse::build(response.status()), &document);
    for (name, value) in response.headers().iter().filter(|(name, _)| **name != CONTENT_TYPE) {
        compacted.headers_mut().insert(name.clone(), value.clone());
    }
    Some(compacted)
}

/// Why this request is none of this machine's own, nor of the host that others reach it by. A name that is no text is another's;
/// of several, one such is enough.
pub(super) fn refusal(request: &RequestHead, host: Option<&str>) -> Option<String> {
    let is_ours = |authority: &str| is_loopback(authority) || host.is_some_and(|host| is_name(authority, host));
    let given = |name: HeaderName| request.headers.get_all(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    if given(HOST).next().is_none() {
        return Some("Host: it is missing; accepted: this machine's own names".to_owned());
    }
    if let Some(other) = given(HOST).find(|given| !is_ours(given)) {
        let also = host.map(|host| format!(", {host}")).unwrap_or_default();
        return Some(format!("Host: {} is another's name; accepted: localhost, 127.0.0.1, [::1]{also}", shortened(&other)));
    }
    // As a proxy is asked. It goes before the header.
    if request.uri.authority().is_some_and(|authority| !is_ours(authority.as_str())) {
        return Some("the request's target is another's name; accepted: a path".to_owned());
    }
    let foreign = given(ORIGIN).find(|origin| !request.method.is_safe() && !is_own(origin, &is_ours))?;
    Some(format!("Origin: {} is another's page; accepted: a page of this server", shortened(&foreign)))
}

/// What actix-web itself answers with a line of text, such as a path that an extractor cannot read, becomes a problem document.
fn with_problem(response: ServiceResponse) -> ServiceResponse {
    match response.response().error().map(problem::of_error) {
        Some(document) => response.into_response(document),
        None => response,
    }
}

fn answered(response: HttpResponse, compact: bool) -> Error {
    let mut response = in_compact_form(&response, compact).unwrap_or(response);
    secure(response.headers_mut());
    InternalError::from_response("the answer goes with it", response).into()
}

/// What every answer says.
pub(super) fn secure(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // A foreign page that shows this one under its own buttons would have a person press Run.
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
}

fn is_own(origin: &str, is_ours: &dyn Fn(&str) -> bool) -> bool {
    origin.parse::<Uri>().ok().and_then(|uri| uri.authority().map(|authority| is_ours(authority.as_str()))).unwrap_or(false)
}

/// Whether it names this machine. What stands before an @ is no part of the name, and has no business here.
pub(super) fn is_loopback(authority: &str) -> bool {
    let Some(authority) = authority.parse::<Authority>().ok().filter(|authority| !authority.as_str().contains('@')) else {
        return false;
    };
    let name = authority.host().trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Whether it names this host, at whichever port: whoever hands requests on may listen at another one.
fn is_name(authority: &str, host: &str) -> bool {
    let authority = authority.parse::<Authority>().ok().filter(|authority| !authority.as_str().contains('@'));
    authority.is_some_and(|authority| authority.host().eq_ignore_ascii_case(host))
}

fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use actix_web::error::ErrorBadRequest;
    use actix_web::http::header::ACCEPT;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, init_service, try_call_service};
    use actix_web::{App, web};

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
        let is_own = |origin: &str| is_own(origin, &is_loopback);
        assert!(is_own("http://127.0.0.1:8080"));
        assert!(!is_own("null") && !is_own("https://evil.example") && !is_own("http://127.0.0.1:80@evil.example"));
        assert!(
            is_name("Interleave.example:443", "interleave.example") && !is_name("a@interleave.example", "interleave.example")
        );
        assert!(!is_name("interleave.example.evil", "interleave.example"));
    }

    #[actix_web::test]
    async fn what_no_handler_answered_for_is_a_problem_document() {
        async fn panics() -> HttpResponse {
            panic!("on purpose")
        }
        async fn takes_a_number(_: web::Path<u64>) -> HttpResponse {
            HttpResponse::Ok().finish()
        }
        async fn fails() -> Result<HttpResponse, Error> {
            Err(ErrorBadRequest("on purpose"))
        }
        let app = App::new()
            .wrap(from_fn(guard))
            .route("/panics", web::get().to(panics))
            .route("/number/{number}", web::get().to(takes_a_number))
            .route("/fails", web::get().to(fails));
        let app = init_service(app).await;
        let compact = protocol::compact::content_type();
        let forms = [("*/*", problem::MEDIA_TYPE), (compact.as_str(), compact.as_str())];
        let cases = [("/panics", 500), ("/number/x", 404), ("/fails", 400)];
        for ((path, status), (asked, form)) in cases.into_iter().flat_map(|case| forms.map(|form| (case, form))) {
            let request = TestRequest::get().uri(path).insert_header((HOST, "localhost")).insert_header((ACCEPT, asked));
            let request = request.to_request();
            let response = match try_call_service(&app, request).await {
                Ok(response) => response.into_parts().1,
                Err(error) => error.error_response(),
            };
            let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
            let found = (response.status().as_u16(), header(CONTENT_TYPE.as_str()), header("x-frame-options"));
            assert_eq!(found, (status, Some(form), Some("DENY")), "{path}");
        }
    }
}
