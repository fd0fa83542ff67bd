//! Results that are kept: saved, shown, given out in every form, listed, deleted.
//!
//! ```text
//! POST /api/results ──► save ──► store
//! GET /r/{id}[.form] ──► shelf: made before? ──► sent as it lies there
//!                          └──► store ──► twin: drawn beside the server's thread, one at a time ──► shelf
//! GET /r, /api/results ──► list ──► store
//! DELETE /r/{id} ──► store, shelf
//! ```

mod find;
mod head;
mod list;
mod save;
mod shelf;
mod twin;

pub(super) use find::{found, gone_page};
pub(super) use head::{title_of, with_head};
pub(super) use list::{list, page as list_page};
pub(super) use save::{delete, save};
pub(super) use shelf::{Shelf, Shelved};
pub(super) use twin::{CAPSULE, Twin, run_of};

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, HeaderValue};
use actix_web::web::{Bytes, Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::lanes::{self, Time};
use super::ready::Ready;
use super::{Api, embed as frames, problem, runs};
use crate::lanes::Bundle;
use crate::runs::id::{ResultId, is_id};
use crate::runs::now_ms;
use crate::store::StoredResult;

/// What may be asked of a result in some form.
#[derive(Debug, Deserialize)]
pub(super) struct Themed {
    /// `dark`, or else light.
    pub(super) theme: Option<String>,
}

/// `/r/{id}` and its twins.
pub(super) async fn get(api: Data<Api>, shelf: Data<Shelf>, request: HttpRequest) -> HttpResponse {
    let file = request.match_info().get("file").unwrap_or_default();
    let Some((id, twin)) = Twin::named(file) else {
        return if file.contains('.') { no_such_form(file) } else { gone_page(file) };
    };
    if twin == Twin::Page && request.path().starts_with(frames::PAGE) {
        return frames::whole_page(api, request).await;
    }
    if twin.is_with_lanes(request.query_string()) {
        return file_with_lanes(&api, &shelf, &request, id).await.unwrap_or_else(|refusal| refusal);
    }
    serve(&api, &shelf, &request, Shelved::of(id, twin, request.query_string())).await
}

/// What is asked for, from the shelf or made now.
async fn serve(api: &Data<Api>, shelf: &Shelf, request: &HttpRequest, which: Shelved) -> HttpResponse {
    match shelf.fresh(which, now_ms()) {
        Some(ready) => ready.respond(request.headers()),
        None => made(api, shelf, request, which).await.unwrap_or_else(|refusal| refusal),
    }
}

/// When it is its turn: the store is asked in between, so that what is deleted meanwhile is not put on the shelf again.
async fn made(api: &Data<Api>, shelf: &Shelf, request: &HttpRequest, which: Shelved) -> Result<HttpResponse, HttpResponse> {
    let Ok(_turn) = shelf.making.acquire().await else { return Err(problem::broken()) };
    let stored = found(api, which.id).await.map_err(|refusal| match refusal.status() {
        StatusCode::NOT_FOUND if which.twin.is_page() => gone_page(which.id.as_str()),
        _ => refusal,
    })?;
    if which.twin.is_of_lanes() {
        return lanes(api, shelf, request, &stored, which).await;
    }
    // Somebody else has asked for it while this one waited, or the store had only to be asked again.
    if let Some(ready) = shelf.still(which, now_ms()) {
        return Ok(ready.respond(request.headers()));
    }
    let (expires_ms, own) = (stored.line.expires_ms, Data::clone(api));
    let drawn = tokio::task::spawn_blocking(move || twin::made(&own, &stored, which.twin, which.dark)).await;
    let ready = match drawn {
        Ok(Ok(ready)) => Arc::new(ready),
        Ok(Err(refused)) => return Err(problem::unreadable_result(&refused)),
        Err(_) => return Err(problem::broken()),
    };
    shelf.put(which, &ready, now_ms(), expires_ms);
    Ok(ready.respond(request.headers()))
}

/// Its lanes, which are no part of the capsule.
async fn lanes(
    api: &Api,
    shelf: &Shelf,
    request: &HttpRequest,
    stored: &StoredResult,
    which: Shelved,
) -> Result<HttpResponse, HttpResponse> {
    let time = Time::read(request.query_string()).map_err(problem::invalid_query)?;
    let name = format!("interleave-{}.trace.json", which.id.as_str());
    let mut response = match (bundle(api, shelf, stored, which.id).await?, which.twin) {
        (Some(lanes), Twin::Lanes) => {
            lanes::columns(lanes, time).await?.unchanged_for(twin::good_for(stored)).respond(request.headers())
        }
        (Some(lanes), _) => {
            let run = twin::run_of(stored).map_err(|error| problem::unreadable_result(&error))?;
            lanes::trace(lanes, Arc::new(run), &name)
        }
        (None, twin) => match of_run(stored).filter(|_| twin == Twin::Trace).and_then(|run| api.store.open_trace(run)) {
            Some(file) => lanes::attached(&name).streaming(runs::chunks(file)),
            None => return Err(no_lanes(twin)),
        },
    };
    if !stored.line.published {
        response.headers_mut().insert(twin::NO_INDEX.0, HeaderValue::from_static(twin::NO_INDEX.1));
    }
    Ok(response)
}

/// The result as a file with its lanes in it, if it has any.
async fn file_with_lanes(
    api: &Data<Api>,
    shelf: &Shelf,
    request: &HttpRequest,
    id: ResultId,
) -> Result<HttpResponse, HttpResponse> {
    let Ok(_turn) = shelf.making.acquire().await else { return Err(problem::broken()) };
    let stored = found(api, id).await?;
    let lanes = match bundle(api, shelf, &stored, id).await? {
        Some(lanes) => Some(lanes::columns_of_all(lanes).await?),
        None => None,
    };
    let file = capsule::with_lanes(&stored.capsule, lanes.as_deref());
    let name = format!("attachment; filename=\"interleave-{}.interleave\"", id.as_str());
    let ready = Ready::new(CAPSULE, file).unchanged_for(twin::good_for(&stored)).with(CONTENT_DISPOSITION, &name);
    let ready = if stored.line.published { ready } else { ready.with(twin::NO_INDEX.0, twin::NO_INDEX.1) };
    Ok(ready.respond(request.headers()))
}

/// Those that are kept with it, or else those of its run.
async fn bundle(api: &Api, shelf: &Shelf, stored: &StoredResult, id: ResultId) -> Result<Option<Bundle>, HttpResponse> {
    if !stored.has_lanes {
        return Ok(of_run(stored).and_then(|run| api.store.lanes_of_run(run)));
    }
    if let Some(lanes) = shelf.lanes(id) {
        return Ok(Some(Bundle::Bytes(lanes)));
    }
    let lanes = api.store.lanes_of_result(id.as_str()).await.map_err(|error| problem::of_store(&error))?;
    let lanes = lanes.map(Bytes::from);
    lanes.iter().for_each(|lanes| shelf.put_lanes(id, lanes));
    Ok(lanes.map(Bundle::Bytes))
}

/// The run that it is of, if it can be one of this server's.
fn of_run(stored: &StoredResult) -> Option<&str> {
    Some(stored.line.run.as_str()).filter(|run| is_id(run))
}

fn no_lanes(twin: Twin) -> HttpResponse {
    let form = if twin == Twin::Lanes { "lanes" } else { "trace.json" };
    problem::not_found(&format!(
        "{form}: this server keeps no lanes of it; accepted: a result that was measured here with \"lanes\": \"on\""
    ))
}

fn no_such_form(file: &str) -> HttpResponse {
    let shown: String = file.chars().take(64).collect();
    let known: Vec<&str> = Twin::ALL.iter().filter_map(|(_, ending, _)| (!ending.is_empty()).then_some(*ending)).collect();
    problem::not_found(&format!(
        "{shown}: there is no such result or form of one; accepted: an id, or one with .{}",
        known.join(", .")
    ))
}

/// The same for who shows it in a frame.
pub(super) async fn embed(api: Data<Api>, shelf: Data<Shelf>, request: HttpRequest, asked: Query<Themed>) -> HttpResponse {
    let file = request.match_info().get("id").unwrap_or_default();
    let Some(id) = ResultId::read(file) else { return gone_page(file) };
    let twin = match asked.theme.as_deref() {
        Some("dark") => Twin::FrameDark,
        Some("light") => Twin::FrameLight,
        _ => Twin::Frame,
    };
    serve(&api, &shelf, &request, Shelved { id, twin, dark: false }).await
}
