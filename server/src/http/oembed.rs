//! oEmbed (<https://oembed.com>): an editor that is given a link asks here what to show in its place.

use actix_web::HttpResponse;
use actix_web::http::Uri;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Query};
use charts::preview::mention;
use maud::html;
use protocol::View;
use serde::Deserialize;
use serde_json::json;

use super::results::{found, run_of};
use super::{Api, problem};
use crate::runs::id::ResultId;

/// How large a frame is unless less is asked for; it says its own height once it is there.
const WIDTH: u32 = 720;
const HEIGHT: u32 = 480;

/// What an editor asks.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    url: Option<String>,
    maxwidth: Option<u32>,
    maxheight: Option<u32>,
    format: Option<String>,
}

pub(super) async fn answer(api: Data<Api>, asked: Query<Asked>) -> HttpResponse {
    let Asked { url, maxwidth, maxheight, format } = asked.into_inner();
    if let Some(format) = format.filter(|format| format != "json") {
        return problem::not_implemented(&format!("format: {format} is not given out; accepted: json"));
    }
    let Some(url) = url else {
        return problem::unreadable("url: it is missing; accepted: a link to a result or an experiment of this server");
    };
    let strange = || {
        problem::not_found(
            "url: nothing that it leads to can be shown in a frame; accepted: a link to a result or an experiment of this server",
        )
    };
    let Some((path, fragment)) = own_path(&api, &url) else { return strange() };
    let (path, query) = path.split_once('?').map_or((path.as_str(), ""), |(path, query)| (path, query));
    let first = path.trim_matches('/');
    let (title, source) = if let Some(id) = first.strip_prefix("r/").and_then(ResultId::read) {
        let stored = match found(&api, id).await {
            Ok(stored) => stored,
            Err(refusal) => return refusal,
        };
        let said = tokio::task::spawn_blocking(move || run_of(&stored).map(|run| mention(&run, &View::default()))).await;
        let Ok(Ok(mention)) = said else { return problem::broken() };
        (format!("{}: {}", mention.title, mention.sentence), format!("/embed/r/{}", id.as_str()))
    } else if first == "c" && !fragment.is_empty() {
        ("A result, in the link itself".to_owned(), format!("/embed/c#{fragment}"))
    } else if let Some(workload) = api.context.catalog.workload(first) {
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        (workload.name.clone(), format!("/embed/{first}{query}"))
    } else {
        return strange();
    };
    let (width, height) = (maxwidth.unwrap_or(WIDTH).clamp(200, WIDTH), maxheight.unwrap_or(HEIGHT).clamp(150, HEIGHT));
    let frame = html! {
        iframe src=(api.site.link(&source)) width=(width) height=(height) title=(title) loading="lazy"
            style="border:0;width:100%" {}
    };
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=300")).json(json!({
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": "Interleave",
        "provider_url": api.site.link("/"),
        "cache_age": 300,
        "html": frame.into_string(),
        "width": width,
        "height": height,
    }))
}

/// Path and query, and fragment, of a link to this server.
fn own_path(api: &Api, url: &str) -> Option<(String, String)> {
    let (url, fragment) = url.split_once('#').unwrap_or((url, ""));
    let uri: Uri = url.parse().ok()?;
    let base: Uri = api.site.base.parse().ok()?;
    let (host, own) = (uri.authority()?, base.authority()?);
    // This machine has several names for itself.
    let is_own = host == own || (!api.site.is_public() && super::guard::is_loopback(host.as_str()) && host.port() == own.port());
    let fragment: String = fragment.chars().filter(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter)).collect();
    is_own.then(|| (uri.path_and_query().map_or("/".to_owned(), ToString::to_string), fragment))
}
