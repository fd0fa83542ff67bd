//! What stands in a frame of another's page: small, and nothing of it runs anything before a person has clicked in it.
//!
//! ```text
//! /embed/r/{id}          a result: its sentence and its picture. Nothing in it can be operated but its figures, and, if it has
//!                        lanes, a button that loads the page with them into the frame
//! /embed/{workload}?…    an experiment, in words, and a button that loads the page into the frame
//! /embed/c#…             the same of a result that the link carries
//! /embed/page/…          the page itself, with its files and its API below it, as it is loaded then
//! ```
//!
//! Who may frame what. A result is the same to everyone, and a frame's inside cannot be read from outside: anybody. The page can
//! start runs, and a foreign page could lay its own buttons over the frame's, so that a person presses Run without knowing. On a
//! public server that gains nothing: whoever reaches it may ask it for runs anyway. On a server that is this machine's alone it
//! would: there the page may be framed by this machine's own pages only, and *Open in Interleave* is beside the button. Requests
//! that a page makes from inside a frame have this server's own `Origin`; those of the page around it have theirs, and are
//! refused.

use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, ContentType, HeaderName};
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use charts::preview::excerpt;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use protocol::parameter::grouped;
use protocol::{Parameter, Run, View, link};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::results::{Twin, gone_page};
use super::sheet::logo;
use super::site::Site;
use super::{Api, page};
use crate::runs::id::ResultId;

/// The folder below which everything may stand in a frame.
pub(super) const FOLDER: &str = "/embed/";
/// The page, for a frame.
pub(super) const PAGE: &str = "/embed/page";

/// The page's own sheets, as far as a result's sentence and picture need them.
const STYLES: &str = concat!(
    include_str!("../../../frontend/styles/base.css"),
    include_str!("../../../frontend/styles/result.css"),
    include_str!("../../../frontend/styles/chart.css"),
    include_str!("../../../frontend/styles/orders.css"),
    include_str!("embed.css"),
);

/// The same without comments.
static SHEET: LazyLock<String> = LazyLock::new(|| {
    let mut sheet = String::with_capacity(STYLES.len());
    for (index, part) in STYLES.split("/*").enumerate() {
        sheet.push_str(if index == 0 { part } else { part.split_once("*/").map_or("", |(_, rest)| rest) });
    }
    sheet
});

/// Tells the host how high the frame's inside is, and keeps or resets what was opened in it.
const SCRIPT: &str = include_str!("embed.js");

/// Of the page in a frame: it scrolls inside, because what it has at the bottom edge of a phone would otherwise be out of sight.
const PAGE_SCRIPT: &str = "parent.postMessage({interleave:{height:760}},\"*\")";

fn hash(script: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(script)))
}

static POLICY: LazyLock<String> = LazyLock::new(|| {
    let script = hash(SCRIPT);
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {script}; base-uri 'none'; form-action 'none'; \
         frame-ancestors *"
    )
});

/// That of everything here but the page.
pub(super) fn policy() -> String {
    POLICY.clone()
}

/// That of the page in a frame, made of its own.
fn page_policy(site: &Site) -> String {
    let ancestors = match site.is_public() {
        true => "*",
        false => "'self' http://localhost:* http://127.0.0.1:* https://localhost:* https://127.0.0.1:*",
    };
    let policy = page::policy().replace("frame-ancestors 'none'", &format!("frame-ancestors {ancestors}"));
    policy.replacen("script-src 'self'", &format!("script-src 'self' {}", hash(PAGE_SCRIPT)), 1)
}

/// A whole frame.
fn frame(theme: Option<&str>, title: &str, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" data-theme=[theme] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content=(theme.unwrap_or("light dark"));
                meta name="robots" content="noindex";
                link rel="icon" href="data:,";
                title { (title) }
                style { (PreEscaped(&*SHEET)) }
            }
            body.embed { (body) script { (PreEscaped(SCRIPT)) } }
        }
    }
    .into_string()
}

/// The line under everything: whose it is, and the way to all of it.
fn foot(link: &str, words: &str, about: &str) -> Markup {
    html! {
        footer {
            a.brand href=(link) target="_blank" rel="noopener" { (logo()) "Interleave" }
            span.muted { (about) }
            a.open href=(link) target="_blank" rel="noopener" { (words) }
        }
    }
}

/// A result in a frame, in the colours of this theme or of the reader's system.
pub(super) fn result(site: &Site, id: ResultId, run: &Run, view: &View, theme: Option<&str>) -> String {
    let path = Twin::Page.path(id);
    result_at(&site.link(&path), &format!("{PAGE}{path}"), run, view, theme)
}

/// The same of a result that links lead to, and whose page is loaded from, these addresses.
pub(super) fn result_at(link: &str, page: &str, run: &Run, view: &View, theme: Option<&str>) -> String {
    let (mention, excerpt) = (charts::preview::mention(run, view), excerpt(run, view));
    let body = html! {
        main {
            section.outcome aria-label="Verdict" { (PreEscaped(&excerpt.verdict)) }
            @if let Some(card) = &excerpt.card {
                section.card aria-labelledby="card-title" {
                    header { h2 id="card-title" title=(card.help) { (card.title) } p.sub { (card.sub) } }
                    (PreEscaped(&card.body))
                    details { summary.small { "In figures" } (PreEscaped(&card.table)) }
                }
            }
            @if run.trials.iter().any(|trial| trial.lanes.is_some()) {
                p.deeds { a.button data-deed="open" href={ (page) "?lanes-view=" } { "Show its lanes here" } }
            }
        }
        (foot(link, "Open in Interleave", &mention.origin))
    };
    frame(theme, &mention.title, &body)
}

/// What may be asked of a frame, besides what it is about.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Framed {
    theme: Option<String>,
}

impl Framed {
    fn theme(&self) -> Option<&str> {
        self.theme.as_deref().filter(|theme| matches!(*theme, "light" | "dark"))
    }
}

/// A query without what is the frame's own.
fn of_experiment(query: &str) -> String {
    let own = |pair: &&str| !["theme", "state"].contains(&pair.split('=').next().unwrap_or_default());
    query.split('&').filter(own).collect::<Vec<_>>().join("&")
}

/// An experiment in words, and the button that loads the page into the frame.
pub(super) async fn experiment(api: Data<Api>, request: HttpRequest, asked: Query<Framed>) -> HttpResponse {
    let id = request.match_info().get("workload").unwrap_or_default();
    let catalog = &api.context.catalog;
    let Some(workload) = catalog.workload(id) else { return gone_page(id) };
    let query = of_experiment(request.query_string());
    let opened = link::decode(id, &query, catalog);
    let path = if query.is_empty() { format!("/{id}") } else { format!("/{id}?{query}") };
    let setting = |parameter: &Parameter| {
        let text = opened.draft.text(parameter, catalog);
        let text = text.parse().map_or_else(|_| text.clone(), grouped);
        // Units are what the label says.
        let unit = if parameter.unit == "units" { "" } else { &parameter.unit };
        (parameter.label.clone(), text, unit.to_owned())
    };
    let settings: Vec<_> = workload.parameters.iter().map(setting).collect();
    let changed = |parameter: &&Parameter| opened.draft.text(parameter, catalog) != parameter.default().to_string();
    let method: Vec<_> =
        catalog.method.iter().filter(|parameter| parameter.name == "repetitions" || changed(parameter)).map(setting).collect();
    let body = html! {
        main {
            h1.verdict { (workload.name) }
            p.detail { (workload.summary) }
            p.models {
                @for model in &opened.draft.models {
                    @if let Some(model) = catalog.model(model) {
                        span.who { (PreEscaped(charts::mark(Some(model), charts::Kind::Model))) (model.name) }
                    }
                }
            }
            dl.facts {
                @for (label, value, unit) in settings.iter().chain(&method) { div { dt { (label) } dd { (value) " " (unit) } } }
            }
            @for problem in &opened.notes { p.small.wrong { (problem) } }
            p.deeds { a.button.primary data-deed="run" href={ (PAGE) (path) } { "Run it here" } }
        }
        (foot(&api.site.link(&path), "Open in Interleave", ""))
    };
    answered(&frame(asked.theme(), &workload.name, &body))
}

/// A result that the link carries: what it is stands behind the `#`, which no server is told.
pub(super) async fn capsule(api: Data<Api>, asked: Query<Framed>) -> HttpResponse {
    answered(&capsule_at(&format!("{PAGE}/c"), &api.site.link("/c"), asked.theme()))
}

/// The same where the page is loaded from, and links lead to, these addresses.
pub(super) fn capsule_at(page: &str, link: &str, theme: Option<&str>) -> String {
    let body = html! {
        main {
            h1.verdict { "A result, in the link itself" }
            p.detail {
                "Measured on the machine of whoever shared it. The link holds all of what is shown" span data-length {}
                ", and no server is asked for it."
            }
            p.deeds { a.button.primary data-deed="open" data-fragment href=(page) { "Show it here" } }
        }
        (foot(link, "Open in Interleave", ""))
    };
    frame(theme, "A result", &body)
}

fn answered(text: &str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .insert_header((HeaderName::from_static("x-robots-tag"), "noindex"))
        .body(text.to_owned())
}

/// The page itself, whose files and API are found below this folder.
pub(super) async fn whole_page(api: Data<Api>, request: HttpRequest) -> HttpResponse {
    let path = request.path().strip_prefix(PAGE).unwrap_or_default().trim_start_matches('/').to_owned();
    page::respond_to(&request, &path, |index| {
        let script = format!("<script>{PAGE_SCRIPT}</script>");
        (page::with_base(index, &script, &format!("{PAGE}/")), page_policy(&api.site))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_public_server_s_page_may_stand_in_anybody_s_frame() {
        let of = |url: Option<&str>| page_policy(&Site::new("127.0.0.1:1".parse().unwrap(), url, None).unwrap());
        if page::index().is_some() {
            assert!(of(Some("https://a.example")).contains("frame-ancestors *;"));
            let own = of(None);
            assert!(own.contains("frame-ancestors 'self' http://localhost:*") && !own.contains("frame-ancestors *"), "{own}");
            assert!(own.contains(&hash(PAGE_SCRIPT)));
        }
        assert!(policy().contains("frame-ancestors *") && policy().contains(&hash(SCRIPT)));
    }

    #[test]
    fn a_sheet_without_comments_has_all_its_rules() {
        assert!(!SHEET.contains("/*") && !SHEET.contains("*/"));
        assert_eq!(SHEET.matches('{').count(), SHEET.matches('}').count());
        assert!(SHEET.contains(".plot-grid") && SHEET.contains(".embed footer"));
    }

    #[test]
    fn what_is_the_frame_s_own_is_not_the_experiment_s() {
        assert_eq!(of_experiment("units=1&theme=dark&models=tokio&state=keep"), "units=1&models=tokio");
    }
}
