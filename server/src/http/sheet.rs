//! Pages that the server draws itself, without the module: lists, and what leads nowhere. They look like the page, and run
//! nothing.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderName};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The page's own colours, letters and buttons, and what these pages have besides.
const STYLES: &str = concat!(include_str!("../../../frontend/styles/base.css"), include_str!("sheet.css"));

/// No script, nothing from elsewhere, in no other page's frame; a form that asks this server.
pub(super) fn policy() -> (HeaderName, &'static str) {
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
                  frame-ancestors 'none'";
    (CONTENT_SECURITY_POLICY, policy)
}

/// A whole page with this in its main part, and this in its head besides.
pub(super) fn page(title: &str, head: &Markup, body: &Markup) -> String {
    page_between(["/", "/r", "/history"], title, head, body)
}

/// The same where the page, the list of results and the history have these addresses.
pub(super) fn page_between([home, results, history]: [&str; 3], title: &str, head: &Markup, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                // Otherwise a browser asks for one at the top of whatever host this is on.
                link rel="icon" href="data:,";
                title { (title) " · Interleave" }
                (head)
                style { (PreEscaped(STYLES)) }
            }
            body {
                header.top {
                    a.brand href=(home) { (logo()) "Interleave" }
                    nav.tools { a href=(results) { "Results" } a href=(history) { "History" } }
                }
                main.sheet { (body) }
            }
        }
    }
    .into_string()
}

/// Three strands that cross, as in the page's header.
pub(super) fn logo() -> Markup {
    html! {
        svg.logo viewBox="0 0 28 20" aria-hidden="true" {
            path.third d="M2 3.5C11 3.5 17 16.5 26 16.5" {}
            path.second d="M2 10H26" {}
            path.first d="M2 16.5C11 16.5 17 3.5 26 3.5" {}
        }
    }
}
