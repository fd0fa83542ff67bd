//! Runs: asked for, looked at, cancelled.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use actix_web::http::header::{CONTENT_SECURITY_POLICY, ContentType, LOCATION};
use actix_web::web::{Bytes, Data, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use charts::Theme;
use charts::drawing::Form;
use futures_util::stream::{self, Stream};
use protocol::view::LatencyForm;
use protocol::{Catalog, Draft, Experiment, PlannedTrial, Report, Run, RunState, Trial, View, compact};
use serde::{Deserialize, Serialize};

use super::{Api, answer, body, problem};
use crate::document::is_measured;
use crate::json::{self, JsonProblem};
use crate::runs::id::is_id;
use crate::runs::request::{Found, NotCancelled};

/// A run as people and tools are told of it: the fold of its log, and what came out if it is over.
#[derive(Serialize)]
struct RunAnswer<'a> {
    id: &'a str,
    experiment: &'a Experiment,
    state: RunState,
    position: u64,
    expected_wait_ms: Option<u64>,
    /// Whether its next trial waits for another server of this machine.
    waits_for_machine: bool,
    /// Why it is not stored; `None` if it is.
    not_stored: Option<&'a str>,
    plan: &'a [PlannedTrial],
    trials: &'a [Trial],
    last_event: u64,
    report: Option<Report>,
}

/// A run in JSON. The page asks for no run: it follows its events, which are the run.
fn told(mut response: actix_web::HttpResponseBuilder, run: &Run) -> HttpResponse {
    response.json(RunAnswer {
        id: run.id(),
        experiment: &run.submission.experiment,
        state: run.state,
        position: run.position,
        expected_wait_ms: run.expected_wait_ms,
        waits_for_machine: run.waits_for_machine,
        not_stored: run.not_stored.as_deref(),
        plan: &run.planned(),
        trials: &run.trials,
        last_event: run.last_event,
        report: run.state.is_over().then(|| analysis::report::report(run)),
    })
}

/// The run with this id, or the answer that there is none.
pub(super) async fn find(api: &Api, id: &str) -> Result<Found, HttpResponse> {
    if !is_id(id) {
        return Err(problem::no_such_run(id));
    }
    match api.dispatcher.get(id).await {
        Ok(Some(found)) => Ok(found),
        Ok(None) => Err(problem::no_such_run(id)),
        Err(unreadable) => Err(problem::unreadable_run(&unreadable)),
    }
}

pub(super) async fn submit(api: Data<Api>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let body = match body::read(&request, payload, &body::EXPERIMENT).await {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let catalog = &api.context.catalog;
    let draft = if body::is_compact(&request) {
        compact::read::<Draft>(&body).map_err(|error| Box::new(problem::unreadable(&error.to_string())))
    } else {
        draft_of_json(&body, catalog)
    };
    let draft = match draft {
        Ok(draft) => draft,
        Err(refusal) => return *refusal,
    };
    let experiment = match draft.check(catalog) {
        Ok(experiment) => experiment,
        Err(problems) => return problem::invalid_experiment(problems),
    };
    match api.dispatcher.submit(experiment).await {
        Ok(run) => {
            let mut response = HttpResponse::Created();
            response.insert_header((LOCATION, format!("/api/runs/{}", run.id())));
            // The page follows its events from the first on.
            if answer::wants_compact(request.headers()) { answer::compacted(response, &run.id()) } else { told(response, &run) }
        }
        Err(full) => problem::queue_full(&full),
    }
}

fn draft_of_json(body: &[u8], catalog: &Catalog) -> Result<Draft, Box<HttpResponse>> {
    let json = json::read(body).map_err(|unreadable| match unreadable {
        JsonProblem::NotJson(place) => Box::new(problem::not_json(&place)),
        JsonProblem::Repeated(problems) => Box::new(problem::invalid_experiment(problems)),
    })?;
    Draft::of_json(&json, catalog).map_err(|problems| Box::new(problem::invalid_experiment(problems)))
}

pub(super) async fn get(api: Data<Api>, id: Path<String>) -> HttpResponse {
    match find(&api, &id).await {
        Ok((run, _)) => told(HttpResponse::Ok(), &run),
        Err(refusal) => refusal,
    }
}

/// What may be asked of a run's document.
#[derive(Debug, Deserialize)]
pub(super) struct About {
    /// The key of the quantity that it is about; the workload's headline unless given.
    quantity: Option<String>,
}

/// The run as one file that opens anywhere: what `interleave run --html` writes.
pub(super) async fn document(api: Data<Api>, id: Path<String>, about: Query<About>) -> HttpResponse {
    let (run, _) = match find(&api, &id).await {
        Ok(found) => found,
        Err(refusal) => return refusal,
    };
    let (context, view) = (Arc::clone(&api.context), View { quantity: about.into_inner().quantity, ..View::default() });
    if let Err(sentence) = is_measured(&run.submission.catalog, &run.submission.experiment, view.quantity.as_deref()) {
        return problem::not_found(&sentence);
    }
    match tokio::task::spawn_blocking(move || crate::document::of(&context, &run, &view)).await {
        // No script, nothing from elsewhere, in no other page's frame.
        Ok(Ok(text)) => HttpResponse::Ok()
            .content_type(ContentType::html())
            .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"))
            .body(text),
        Ok(Err(_)) | Err(_) => problem::broken(),
    }
}

/// What may be asked of a picture, beside what it is of. Every field as in a link.
#[derive(Debug, Deserialize)]
pub(super) struct Looked {
    quantity: Option<String>,
    base: Option<String>,
    latency: Option<LatencyForm>,
    /// `dark`, or else light.
    theme: Option<String>,
}

/// A picture of a run, by its name: `trials.svg`, or the figures in it: `trials.csv`.
pub(super) async fn picture(api: Data<Api>, path: Path<(String, String)>, looked: Query<Looked>) -> HttpResponse {
    let (id, file) = path.into_inner();
    let (run, _) = match find(&api, &id).await {
        Ok(found) => found,
        Err(refusal) => return refusal,
    };
    let Looked { quantity, base, latency, theme } = looked.into_inner();
    let view = View { quantity, base, latency: latency.unwrap_or_default(), ..View::default() };
    if let Err(sentence) = is_measured(&run.submission.catalog, &run.submission.experiment, view.quantity.as_deref()) {
        return problem::not_found(&sentence);
    }
    let theme = if theme.as_deref() == Some("dark") { Theme::Dark } else { Theme::Light };
    let (name, form, media_type) = match file.rsplit_once('.') {
        Some((name, "svg")) => (name.to_owned(), Form::Svg(theme), "image/svg+xml"),
        Some((name, "csv")) => (name.to_owned(), Form::Csv, "text/csv; charset=utf-8"),
        _ => return problem::not_found("picture: it is given out in no such form; accepted: .svg, .csv"),
    };
    match tokio::task::spawn_blocking(move || charts::drawing::export(&run, &view, &name, form)).await {
        Ok(Some(text)) => HttpResponse::Ok().content_type(media_type).body(text),
        Ok(None) => {
            let known: Vec<&str> = charts::PICTURES.iter().map(|picture| picture.id).collect();
            problem::not_found(&format!("picture: this run has none of that name; accepted: one of {}", known.join(", ")))
        }
        Err(_) => problem::broken(),
    }
}

/// A large file, a piece at a time.
pub(super) fn chunks(file: File) -> impl Stream<Item = std::io::Result<Bytes>> {
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
pub(super) async fn cancel(api: Data<Api>, request: HttpRequest, id: Path<String>) -> HttpResponse {
    if !is_id(&id) {
        return problem::no_such_run(&id);
    }
    match api.dispatcher.cancel(&id).await {
        // What comes of it is told by the run's own events.
        Ok(run) if answer::wants_compact(request.headers()) => answer::compacted(HttpResponse::Ok(), &run.id()),
        Ok(run) => told(HttpResponse::Ok(), &run),
        Err(NotCancelled::Unknown) => problem::no_such_run(&id),
        Err(NotCancelled::Over) => problem::already_over(),
    }
}
