//! The page, built into the program: compressed beforehand, with a tag that says whether the browser's copy is still the same.

use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ETAG, IF_NONE_MATCH, VARY,
};
use actix_web::{HttpRequest, HttpResponse};

use super::problem;
use super::ready::{is_tag_in, takes_brotli};

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
    match refusal(&request, path) {
        Some(refusal) => refusal,
        None => named(path).or_else(|| named("index.html")).map_or_else(no_page, |file| respond(&request, file)),
    }
}

/// The same for a page in a frame: `made` makes of the page, and says the policy of, the one that is sent there.
pub(super) fn respond_to(request: &HttpRequest, path: &str, made: impl FnOnce(&str) -> (String, String)) -> HttpResponse {
    if let Some(refusal) = refusal(request, path) {
        return refusal;
    }
    if let Some(file) = named(path).filter(|file| file.name != "index.html") {
        return respond(request, file);
    }
    let Some((text, policy)) = index().map(made) else { return no_page() };
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-cache")).insert_header((CONTENT_SECURITY_POLICY, policy));
    response.content_type("text/html; charset=utf-8").body(text)
}

/// The files of the page, by their names.
pub(super) fn files() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    FILES.iter().map(|file| (file.name, file.plain))
}

fn named(name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.name == name)
}

/// The page as it was built; `None` if the program was built without.
pub(super) fn index() -> Option<&'static str> {
    std::str::from_utf8(named("index.html")?.plain).ok()
}

/// A page that finds everything from this base, and has this before it in its head.
pub(super) fn with_base(index: &str, before: &str, base: &str) -> String {
    let parts = index.split_once("<base ").and_then(|(head, rest)| Some((head, rest.split_once('>')?.1)));
    parts.map_or_else(|| index.to_owned(), |(head, rest)| format!("{head}{before}<base href=\"{base}\">{rest}"))
}

/// What the page may load, and who may show it.
pub(super) fn policy() -> &'static str {
    POLICY
}

fn no_page() -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(NO_PAGE)
}

/// The answer to who asks for what is neither a file nor the page.
fn refusal(request: &HttpRequest, path: &str) -> Option<HttpResponse> {
    if path == "api" || path.starts_with("api/") {
        let known = "accepted: /api/catalog, /api/machine, /api/health, /api/sources/{workload}, /api/runs, /api/results, \
                     /api/links, /api/oembed";
        return Some(problem::not_found(known));
    }
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    (!looks).then(|| problem::method_not_allowed("GET, HEAD"))
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
    if is_tag_in(header(IF_NONE_MATCH), file.etag) {
        return response.status(actix_web::http::StatusCode::NOT_MODIFIED).finish();
    }
    response.content_type(file.media_type);
    if takes_brotli(header(ACCEPT_ENCODING)) {
        response.insert_header((CONTENT_ENCODING, "br")).body(file.brotli)
    } else {
        response.body(file.plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_other_page_may_show_this_one_in_a_frame() {
        // Without a page there is no policy for it.
        assert!(FILES.is_empty() || POLICY.contains("frame-ancestors 'none'"), "{POLICY}");
    }
}
