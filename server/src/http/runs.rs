//! Runs: asked for, looked at, cancelled.

use std::fs::File;
use std::io::Read;

use actix_web::http::header::{CONTENT_DISPOSITION, ContentType, LOCATION};
use actix_web::web::{Bytes, Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream::{self, Stream};
use protocol::Draft;

use super::{Api, body, problem};
use crate::json::{self, Unreadable};
use crate::runs::dispatcher::NotCancelled;
use crate::runs::id::is_id;
use crate::runs::report::report;
use crate::sweep::Sweep;

pub(super) async fn submit(api: Data<Api>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let body = match body::read(&request, payload, body::LONGEST).await {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let json = match json::read(&body) {
        Ok(json) => json,
        Err(Unreadable::NotJson(place)) => return problem::not_json(&place),
        Err(Unreadable::Repeated(problems)) => return problem::invalid_experiment(problems),
    };
    let experiment = match Draft::of_json(&json).and_then(|draft| draft.check(&api.context.catalog)) {
        Ok(experiment) => experiment,
        Err(problems) => return problem::invalid_experiment(problems),
    };
    match api.dispatcher.submit(experiment).await {
        Ok(run) => HttpResponse::Created().insert_header((LOCATION, format!("/api/runs/{}", run.id))).json(run),
        Err(full) => problem::queue_full(&full),
    }
}

pub(super) async fn get(api: Data<Api>, id: Path<String>) -> HttpResponse {
    let found = if is_id(&id) { api.dispatcher.get(&id).await } else { None };
    match found {
        Some((run, _)) => HttpResponse::Ok().json(run),
        None => problem::no_such_run(&id),
    }
}

/// What a sweep has come to so far, as the page shows it.
pub(super) async fn sweep(api: Data<Api>, id: Path<String>) -> HttpResponse {
    let found = if is_id(&id) { api.dispatcher.get(&id).await } else { None };
    let Some((run, _)) = found else { return problem::no_such_run(&id) };
    let report = run.report.clone().unwrap_or_else(|| report(&api.context, &run, 0));
    match Sweep::of(&api.context.catalog, &report) {
        Some(sweep) => HttpResponse::Ok().content_type(ContentType::html()).body(sweep.html().into_string()),
        None => problem::not_found("run: it is no sweep; accepted: a run of which one parameter has several values"),
    }
}

/// The lanes of a run's traced trials, in the Chrome trace format.
pub(super) async fn trace(api: Data<Api>, id: Path<String>) -> HttpResponse {
    let path = if is_id(&id) { api.dispatcher.trace(&id) } else { None };
    let Some(file) = path.and_then(|path| File::open(path).ok()) else {
        return problem::not_found("run: it has no lanes; accepted: a run with \"lanes\": \"on\" that is over");
    };
    let disposition = format!("attachment; filename=\"interleave-{id}.trace.json\"");
    HttpResponse::Ok().content_type(ContentType::json()).insert_header((CONTENT_DISPOSITION, disposition)).streaming(chunks(file))
}

/// A large file, a piece at a time.
fn chunks(file: File) -> impl Stream<Item = std::io::Result<Bytes>> {
    stream::try_unfold(file, |mut file| async {
        let read = move || {
            let mut piece = vec![0; 256 * 1024];
            let length = file.read(&mut piece)?;
            piece.truncate(length);
            Ok((piece, file))
        };
        let (piece, file) = tokio::task::spawn_blocking(read).await.map_err(std::io::Error::other).flatten()?;
        Ok((!piece.is_empty()).then(|| (Bytes::from(piece), file)))
    })
}

/// Answers when the child has been reaped.
pub(super) async fn cancel(api: Data<Api>, id: Path<String>) -> HttpResponse {
    if !is_id(&id) {
        return problem::no_such_run(&id);
    }
    match api.dispatcher.cancel(&id).await {
        Ok(run) => HttpResponse::Ok().json(run),
        Err(NotCancelled::Unknown) => problem::no_such_run(&id),
        Err(NotCancelled::Over) => problem::already_over(),
    }
}
