//! The page, built into the program: compressed beforehand, with a tag that says whether the browser's copy is still the same.

use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ETAG, IF_NONE_MATCH, VARY,
};
use actix_web::{HttpRequest, HttpResponse};

use super::problem;

/// One file of the page, made by `build.rs`.
struct File {
    name: &'static str,
    media_type: &'static str,
    etag: &'static str,
    /// Its name changes with its content.
    immutable: bool,
    plain: &'static [u8],
    brotli: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// Said if the program was built without its page.
const NO_PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Interleave</title>\
    <body style=\"font: 16px system-ui; max-width: 40em; margin: 4em auto; padding: 0 1em\">\
    <h1>The page is not in here</h1><p>This server was built without it. <code>cargo xtask serve</code> builds both and serves \
    the page; <code>trunk serve</code> beside this server does too. The API is at <a href=\"/api/catalog\">/api/catalog</a>.</p>";

/// Everything that is not the API's: a file of the page; and any other path is a link, which the page reads.
pub(super) async fn anything(request: HttpRequest) -> HttpResponse {
    let path = request.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return problem::not_found("accepted: /api/catalog, /api/machine, /api/health, /api/sources/{workload}, /api/runs");
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return problem::method_not_allowed("GET, HEAD");
    }
    let named = |name: &str| FILES.iter().find(|file| file.name == name);
    match named(path).or_else(|| named("index.html")) {
        Some(file) => respond(&request, file),
        None => HttpResponse::Ok().content_type("text/html; charset=utf-8").body(NO_PAGE),
    }
}

fn respond(request: &HttpRequest, file: &File) -> HttpResponse {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut response = HttpResponse::Ok();
    // Weak: the same for the plain and the compressed form.
    response.insert_header((ETAG, format!("W/{}", file.etag))).insert_header((VARY, "Accept-Encoding"));
    response.insert_header((CACHE_CONTROL, if file.immutable { "public, max-age=31536000, immutable" } else { "no-cache" }));
    if file.name == "index.html" {
        response.insert_header((CONTENT_SECURITY_POLICY, POLICY));
    }
    if header(IF_NONE_MATCH).split(',').any(|tag| matches!(tag.trim(), "*") || tag.trim().trim_start_matches("W/") == file.etag) {
        return response.status(actix_web::http::StatusCode::NOT_MODIFIED).finish();
    }
    response.content_type(file.media_type);
    if takes_brotli(header(ACCEPT_ENCODING)) {
        response.insert_header((CONTENT_ENCODING, "br")).body(file.brotli)
    } else {
        response.body(file.plain)
    }
}

/// Whether an `Accept-Encoding` names it, and not with the weight 0, which means *not this one*.
fn takes_brotli(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"));
        let mut weights = parts.filter_map(|part| part.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("q")));
        named && weights.all(|(_, weight)| weight.trim().parse().is_ok_and(|weight: f32| weight > 0.0))
    })
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
    fn no_other_page_may_show_this_one_in_a_frame() {
        // Without a page there is no policy for it.
        assert!(FILES.is_empty() || POLICY.contains("frame-ancestors 'none'"), "{POLICY}");
    }
}
